<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** The audit of a sync. */
final class SyncAudit implements \JsonSerializable
{
    /**
     * @param int $checked campaigns that were looked at
     * @param int $equal those that agree in the end
     * @param list<CampaignAudit> $campaigns
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $checked,
        public readonly int $equal,
        public readonly array $campaigns,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integer('checked') ?? 0,
            $members->integer('equal') ?? 0,
            array_map(CampaignAudit::from(...), $members->objects('campaigns') ?? []),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names, objects within as objects of this package */
    public function toArray(): array
    {
        return array_replace([
            'checked' => $this->checked,
            'equal' => $this->equal,
            'campaigns' => $this->campaigns,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
