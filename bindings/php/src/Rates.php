<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** The rates of a funnel. One is null where its denominator is 0 or less. */
final class Rates implements \JsonSerializable
{
    /**
     * @param ?int $delivered sent - bouncesUnique, a count; null where no sent row was added
     * @param ?float $openRate opensUnique / delivered
     * @param ?float $clickRate clicksUnique / delivered
     * @param ?float $clickToOpenRate clicksUnique / opensUnique
     * @param ?float $bounceRate bouncesUnique / sent
     * @param ?float $unsubscribeRate unsubscribesUnique / delivered
     * @param ?float $spamRate reportSpamUnique / delivered
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly ?int $delivered,
        public readonly ?float $openRate,
        public readonly ?float $clickRate,
        public readonly ?float $clickToOpenRate,
        public readonly ?float $bounceRate,
        public readonly ?float $unsubscribeRate,
        public readonly ?float $spamRate,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integer('delivered'),
            $members->number('open_rate'),
            $members->number('click_rate'),
            $members->number('click_to_open_rate'),
            $members->number('bounce_rate'),
            $members->number('unsubscribe_rate'),
            $members->number('spam_rate'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'delivered' => $this->delivered,
            'open_rate' => $this->openRate,
            'click_rate' => $this->clickRate,
            'click_to_open_rate' => $this->clickToOpenRate,
            'bounce_rate' => $this->bounceRate,
            'unsubscribe_rate' => $this->unsubscribeRate,
            'spam_rate' => $this->spamRate,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
