<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** What a recent feed gave a sync. */
final class SyncFeed implements \JsonSerializable
{
    /**
     * @param int $answers that came
     * @param int $rows in them
     * @param int $new those that the mirror did not have
     * @param int $lost answers that may have been consumed and did not arrive: gaps
     * @param bool $available whether the service has this feed
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $answers,
        public readonly int $rows,
        public readonly int $new,
        public readonly int $lost,
        public readonly bool $available,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integer('answers') ?? 0,
            $members->integer('rows') ?? 0,
            $members->integer('new') ?? 0,
            $members->integer('lost') ?? 0,
            $members->isTrue('available'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'answers' => $this->answers,
            'rows' => $this->rows,
            'new' => $this->new,
            'lost' => $this->lost,
            'available' => $this->available,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
