<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** An action type in a funnel. */
final class TypeCount implements \JsonSerializable
{
    /**
     * @param int $count activities
     * @param int $unique distinct contacts among them
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $count,
        public readonly int $unique,
        public readonly array $extra = [],
    ) {
    }

    /**
     * @internal
     * @return array<string, self>
     */
    public static function each(Members $types): array
    {
        $counts = [];
        foreach ($types->names() as $name) {
            $counts[$name] = self::from($types->object($name) ?? Members::of(new \stdClass()));
        }
        return $counts;
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->count('count'),
            $members->count('unique'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'count' => $this->count,
            'unique' => $this->unique,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
