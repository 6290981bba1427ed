<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** A campaign's own summary, held against what the mirror's rows add up to. */
final class CampaignAudit implements \JsonSerializable
{
    /**
     * @param bool $equal whether they agree in the end
     * @param ?ActivitiesSummary $service as the service counts
     * @param ?ActivitiesSummary $mirror as the mirror's rows add up
     * @param list<AuditDifference> $differences the counts that differed at first
     * @param list<string> $days "YYYY-MM-DD": where rows were found again
     * @param int $recovered these rows
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly ?int $campaignId,
        public readonly bool $equal,
        public readonly ?ActivitiesSummary $service,
        public readonly ?ActivitiesSummary $mirror,
        public readonly array $differences,
        public readonly array $days,
        public readonly int $recovered,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        [$service, $mirror] = [$members->object('service'), $members->object('mirror')];
        return new self(
            $members->integer('campaign_id'),
            $members->isTrue('equal'),
            $service === null ? null : ActivitiesSummary::from($service),
            $mirror === null ? null : ActivitiesSummary::from($mirror),
            array_map(AuditDifference::from(...), $members->objects('differences') ?? []),
            $members->texts('days'),
            $members->integer('recovered') ?? 0,
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names, objects within as objects of this package */
    public function toArray(): array
    {
        return array_replace([
            'campaign_id' => $this->campaignId,
            'equal' => $this->equal,
            'service' => $this->service,
            'mirror' => $this->mirror,
            'differences' => $this->differences,
            'days' => $this->days,
            'recovered' => $this->recovered,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
