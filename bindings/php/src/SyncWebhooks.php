<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;
use Inwise\Internal\Members;

/**
 * Events of webhooks, whose rows count as long as the service's own have not come. They are in no other number of a sync's report. See
 * Row about dates.
 */
final class SyncWebhooks implements \JsonSerializable
{
    /**
     * @param int $confirmed those whose rows came with this sync
     * @param int $unconfirmed those whose rows the service has not given yet
     * @param ?\DateTimeImmutable $oldest the time of the oldest one of these
     * @param list<int> $campaigns theirs
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $confirmed,
        public readonly int $unconfirmed,
        public readonly ?\DateTimeImmutable $oldest,
        public readonly array $campaigns,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integer('confirmed') ?? 0,
            $members->integer('unconfirmed') ?? 0,
            $members->date('oldest'),
            $members->integers('campaigns'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'confirmed' => $this->confirmed,
            'unconfirmed' => $this->unconfirmed,
            'oldest' => Field::dateText($this->oldest),
            'campaigns' => $this->campaigns,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
