<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;
use Inwise\Internal\Members;

/** A range of dates that a sync read, or that is still to be read. See Row about dates. */
final class SyncWindow implements \JsonSerializable
{
    /**
     * @param ?string $method what it is read with
     * @param ?\DateTimeImmutable $dateTo null where the window has no end
     * @param ?int $campaignId null for all campaigns
     * @param ?string $actionType of an audit's window: the one type of activities that it is about
     * @param list<string> $reason one or more of "fill", "newer", "late", "gap" and "audit"
     * @param bool $done whether it was read to its end
     * @param SyncCounts $rows what became of them
     * @param ?string $problem why a pending window could not be read, where there was a problem
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly ?string $method,
        public readonly ?\DateTimeImmutable $dateFrom,
        public readonly ?\DateTimeImmutable $dateTo,
        public readonly ?int $campaignId,
        public readonly ?string $actionType,
        public readonly array $reason,
        public readonly bool $done,
        public readonly SyncCounts $rows,
        public readonly ?string $problem,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->text('method'),
            $members->date('date_from'),
            $members->date('date_to'),
            $members->integer('campaign_id'),
            $members->text('action_type'),
            $members->texts('reason'),
            $members->isTrue('done'),
            SyncCounts::from($members),
            $members->text('problem'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        $actionType = $this->actionType === null ? [] : ['action_type' => $this->actionType];
        $problem = $this->problem === null ? [] : ['problem' => $this->problem];
        return array_replace([
            'method' => $this->method,
            'date_from' => Field::dateText($this->dateFrom),
            'date_to' => Field::dateText($this->dateTo),
            'campaign_id' => $this->campaignId,
        ], $actionType, [
            'reason' => $this->reason,
            'done' => $this->done,
        ], $this->rows->toArray(), $problem, $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
