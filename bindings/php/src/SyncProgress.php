<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;
use Inwise\Internal\Members;

/** How a sync goes; what does not apply is null. See Row about dates. */
final class SyncProgress implements \JsonSerializable
{
    /**
     * @param string $step "waiting" (for another sync), "recent" (a feed is read), "rows" (a window of dates is read), "index" (the
     *     first fill's end) or "audit"
     * @param int $rows that came, of the whole sync so far
     * @param int $new those of them that the mirror did not have
     * @param int $pages answers with rows
     * @param ?float $share how much of the rows' time range is done, 0 to 1
     * @param ?float $seconds since the sync began
     * @param ?float $secondsLeft an estimate from the share
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly string $step,
        public readonly ?string $method,
        public readonly ?int $campaignId,
        public readonly ?\DateTimeImmutable $dateFrom,
        public readonly ?\DateTimeImmutable $dateTo,
        public readonly int $rows,
        public readonly int $new,
        public readonly int $pages,
        public readonly ?float $share,
        public readonly ?float $seconds,
        public readonly ?float $secondsLeft,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->text('step') ?? '',
            $members->text('method'),
            $members->integer('campaign_id'),
            $members->date('date_from'),
            $members->date('date_to'),
            $members->integer('rows') ?? 0,
            $members->integer('new') ?? 0,
            $members->integer('pages') ?? 0,
            $members->number('share'),
            $members->number('seconds'),
            $members->number('seconds_left'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        $applies = array_filter([
            'step' => $this->step,
            'method' => $this->method,
            'campaign_id' => $this->campaignId,
            'date_from' => Field::dateText($this->dateFrom),
            'date_to' => Field::dateText($this->dateTo),
            'rows' => $this->rows,
            'new' => $this->new,
            'pages' => $this->pages,
            'share' => $this->share,
            'seconds' => $this->seconds,
            'seconds_left' => $this->secondsLeft,
        ], fn ($value) => $value !== null);
        return array_replace($applies, $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
