<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** How many seconds contacts took, by share: within p25 a quarter of them had responded. */
final class ResponseTime implements \JsonSerializable
{
    /**
     * @param int $contacts how many responded
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $contacts,
        public readonly int $p10,
        public readonly int $p25,
        public readonly int $p50,
        public readonly int $p75,
        public readonly int $p90,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(?Members $members): ?self
    {
        if ($members === null) {
            return null;
        }
        return new self(
            $members->count('contacts'),
            $members->count('p10'),
            $members->count('p25'),
            $members->count('p50'),
            $members->count('p75'),
            $members->count('p90'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'contacts' => $this->contacts,
            'p10' => $this->p10,
            'p25' => $this->p25,
            'p50' => $this->p50,
            'p75' => $this->p75,
            'p90' => $this->p90,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
