<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;
use Inwise\Internal\Members;

/** An answer of a recent feed that may have been consumed and did not arrive. See Row about dates. */
final class SyncGap implements \JsonSerializable
{
    /**
     * @param ?string $method "recentActivities", "recentSentEmails" or "recentUndelivered"
     * @param ?\DateTimeImmutable $noticed when, on the mirror's clock
     * @param ?string $reason in words
     * @param ?\DateTimeImmutable $dateFrom the newest date known before it
     * @param bool $healed whether all that it may have held has been read again
     * @param int $recovered new rows of the windows that healed it
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly ?int $id,
        public readonly ?string $method,
        public readonly ?\DateTimeImmutable $noticed,
        public readonly ?string $reason,
        public readonly ?\DateTimeImmutable $dateFrom,
        public readonly bool $healed,
        public readonly int $recovered,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integer('id'),
            $members->text('method'),
            $members->date('noticed'),
            $members->text('reason'),
            $members->date('date_from'),
            $members->isTrue('healed'),
            $members->integer('recovered') ?? 0,
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'id' => $this->id,
            'method' => $this->method,
            'noticed' => Field::dateText($this->noticed),
            'reason' => $this->reason,
            'date_from' => Field::dateText($this->dateFrom),
            'healed' => $this->healed,
            'recovered' => $this->recovered,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
