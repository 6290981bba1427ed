<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/**
 * A campaign's funnel as the service counts it: X counts activities of a type, X unique distinct contacts. What the service
 * doesn't tell is null; what it tells and is no integer is in extra.
 */
final class ActivitiesSummary implements \JsonSerializable
{
    /** @param array<array-key, mixed> $extra what else the service told */
    public function __construct(
        public readonly ?int $opens,
        public readonly ?int $opensUnique,
        public readonly ?int $clicks,
        public readonly ?int $clicksUnique,
        public readonly ?int $sent,
        public readonly ?int $undelivered,
        public readonly ?int $bounces,
        public readonly ?int $bouncesUnique,
        public readonly ?int $webversionsUnique,
        public readonly ?int $unsubscribes,
        public readonly ?int $unsubscribesUnique,
        public readonly ?int $reportSpam,
        public readonly ?int $reportSpamUnique,
        public readonly ?int $onsite,
        public readonly ?int $onsiteUnique,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integerOrRest('opens'),
            $members->integerOrRest('opens_unique'),
            $members->integerOrRest('clicks'),
            $members->integerOrRest('clicks_unique'),
            $members->integerOrRest('sent'),
            $members->integerOrRest('undelivered'),
            $members->integerOrRest('bounces'),
            $members->integerOrRest('bounces_unique'),
            $members->integerOrRest('webversions_unique'),
            $members->integerOrRest('unsubscribes'),
            $members->integerOrRest('unsubscribes_unique'),
            $members->integerOrRest('report_spam'),
            $members->integerOrRest('report_spam_unique'),
            $members->integerOrRest('onsite'),
            $members->integerOrRest('onsite_unique'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the service's names */
    public function toArray(): array
    {
        return array_replace([
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
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
