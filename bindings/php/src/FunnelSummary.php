<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/**
 * A funnel, or one of its groups. sent and undelivered count rows, X counts activities of a type, X unique distinct contacts among
 * them; without a campaign in the question a contact counts once per campaign.
 */
final class FunnelSummary implements \JsonSerializable
{
    /**
     * @param array<string, TypeCount> $types by name: the action types that have no count of their own above
     * @param ?ResponseTime $timeToOpen from a contact's first mail of a campaign to its first open; null where no contact has
     *     both dates, and in groups other than of campaigns
     * @param ?ResponseTime $timeToClick the same to its first click
     * @param ?list<self> $groups ascending by name, the rows that don't tell last; null where none were asked for, and in groups
     * @param ?string $groupedBy of a group: what its name is, "campaign_id", "day", "hour", "sending_source" or "domain"
     * @param int|string|null $name of a group; null for the rows that don't tell, and for the whole
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $opens,
        public readonly int $opensUnique,
        public readonly int $clicks,
        public readonly int $clicksUnique,
        public readonly int $sent,
        public readonly int $undelivered,
        public readonly int $bounces,
        public readonly int $bouncesUnique,
        public readonly int $webversionsUnique,
        public readonly int $unsubscribes,
        public readonly int $unsubscribesUnique,
        public readonly int $reportSpam,
        public readonly int $reportSpamUnique,
        public readonly int $onsite,
        public readonly int $onsiteUnique,
        public readonly array $types,
        public readonly Rates $rates,
        public readonly ?ResponseTime $timeToOpen = null,
        public readonly ?ResponseTime $timeToClick = null,
        public readonly ?array $groups = null,
        public readonly ?string $groupedBy = null,
        public readonly int|string|null $name = null,
        public readonly array $extra = [],
    ) {
    }

    /**
     * @internal
     * @param ?string $groupBy what groups were asked for by
     */
    public static function from(Members $members, ?string $groupBy = null): self
    {
        $key = $groupBy === 'campaign' ? 'campaign_id' : $groupBy;
        $groups = array_map(fn (Members $group) => self::of($group, null, $key), $members->objects('groups') ?? []);
        return self::of($members, $groupBy === null ? null : $groups, null);
    }

    /** @param ?list<self> $groups */
    private static function of(Members $members, ?array $groups, ?string $key): self
    {
        $types = $members->object('types');
        $rates = $members->object('rates');
        return new self(
            $members->count('opens'),
            $members->count('opens_unique'),
            $members->count('clicks'),
            $members->count('clicks_unique'),
            $members->count('sent'),
            $members->count('undelivered'),
            $members->count('bounces'),
            $members->count('bounces_unique'),
            $members->count('webversions_unique'),
            $members->count('unsubscribes'),
            $members->count('unsubscribes_unique'),
            $members->count('report_spam'),
            $members->count('report_spam_unique'),
            $members->count('onsite'),
            $members->count('onsite_unique'),
            $types === null ? [] : TypeCount::each($types),
            Rates::from($rates ?? Members::of(new \stdClass())),
            ResponseTime::from($members->object('time_to_open')),
            ResponseTime::from($members->object('time_to_click')),
            $groups,
            $key,
            $key === null ? null : $members->label($key),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names, objects within as objects of this package */
    public function toArray(): array
    {
        $name = $this->groupedBy === null ? [] : [$this->groupedBy => $this->name];
        $times = $this->groupedBy === null || $this->groupedBy === 'campaign_id'
            ? ['time_to_open' => $this->timeToOpen, 'time_to_click' => $this->timeToClick]
            : [];
        $groups = $this->groups === null ? [] : ['groups' => $this->groups];
        return array_replace($name, [
            'opens' => $this->opens,
            'opens_unique' => $this->opensUnique,
            'clicks' => $this->clicks,
            'clicks_unique' => $this->clicksUnique,
            'sent' => $this->sent,
            'undelivered' => $this->undelivered,
            'bounces' => $this->bounces,
            'bounces_unique' => $this->bouncesUnique,
            'webversions_unique' => $this->webversionsUnique,
            'unsubscribes' => $this->unsubscribes,
            'unsubscribes_unique' => $this->unsubscribesUnique,
            'report_spam' => $this->reportSpam,
            'report_spam_unique' => $this->reportSpamUnique,
            'onsite' => $this->onsite,
            'onsite_unique' => $this->onsiteUnique,
            'types' => (object) $this->types,
            'rates' => $this->rates,
        ], $times, $groups, $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
