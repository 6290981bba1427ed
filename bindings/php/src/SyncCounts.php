<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** What became of the rows of a method's windows, or of one window. */
final class SyncCounts implements \JsonSerializable
{
    /**
     * @param ?int $expected rows that the mirror had before, and that must come again; null of a window where they were not counted
     * @param int $fetched rows that came
     * @param int $new those of them that the mirror did not have
     * @param int $repeated those that it had
     * @param int $late new ones dated where all had been read before
     * @param int $repaired repeated ones that came with other values
     * @param ?int $absent expected ones that did not come; null of a window that was not read to its end
     */
    public function __construct(
        public readonly ?int $expected,
        public readonly int $fetched,
        public readonly int $new,
        public readonly int $repeated,
        public readonly int $late,
        public readonly int $repaired,
        public readonly ?int $absent,
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->integer('expected'),
            $members->integer('fetched') ?? 0,
            $members->integer('new') ?? 0,
            $members->integer('repeated') ?? 0,
            $members->integer('late') ?? 0,
            $members->integer('repaired') ?? 0,
            $members->integer('absent'),
        );
    }

    /** @return array<string, ?int> */
    public function toArray(): array
    {
        return get_object_vars($this);
    }

    /** @return array<string, ?int> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
