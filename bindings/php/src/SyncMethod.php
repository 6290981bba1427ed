<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** What came of a method in a sync. */
final class SyncMethod implements \JsonSerializable
{
    /**
     * @param SyncCounts $rows what became of those of its windows
     * @param ?SyncFeed $recent its recent feed, which counts for itself; null if none was asked
     * @param list<SyncWindow> $windows
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly SyncCounts $rows,
        public readonly ?SyncFeed $recent,
        public readonly array $windows,
        public readonly array $extra = [],
    ) {
    }

    /**
     * @internal
     * @return array<string, self>
     */
    public static function each(Members $methods): array
    {
        $each = [];
        foreach ($methods->names() as $name) {
            $each[$name] = self::from($methods->object($name) ?? Members::of(new \stdClass()));
        }
        return $each;
    }

    /** @internal */
    public static function from(Members $members): self
    {
        $recent = $members->object('recent');
        return new self(
            SyncCounts::from($members),
            $recent === null ? null : SyncFeed::from($recent),
            array_map(SyncWindow::from(...), $members->objects('windows') ?? []),
            $members->rest(),
        );
    }

    /** Rows that the mirror did not have, of the windows and the feed. */
    public function newRows(): int
    {
        return $this->rows->new + ($this->recent?->new ?? 0);
    }

    /** @return array<array-key, mixed> under the library's names, objects within as objects of this package */
    public function toArray(): array
    {
        $recent = $this->recent === null ? [] : ['recent' => $this->recent];
        return array_replace($this->rows->toArray(), $recent, ['windows' => $this->windows], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
