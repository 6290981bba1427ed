<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** How a walk stands. */
final class WalkInfo implements \JsonSerializable
{
    /**
     * @param int $pages answers with rows that were used
     * @param int $rows given so far
     * @param int $duplicates rows that the service sent again
     * @param int $requests HTTP requests, repeats included
     * @param int $retries repeats
     * @param int $bytes of the answers, decompressed
     * @param bool $windowDefaulted no date was named, so the service answered for the past week only
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly int $pages,
        public readonly int $rows,
        public readonly int $duplicates,
        public readonly int $requests,
        public readonly int $retries,
        public readonly int $bytes,
        public readonly bool $windowDefaulted,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->count('pages'),
            $members->count('rows'),
            $members->count('duplicates'),
            $members->count('requests'),
            $members->count('retries'),
            $members->count('bytes'),
            $members->isTrue('window_defaulted'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'pages' => $this->pages,
            'rows' => $this->rows,
            'duplicates' => $this->duplicates,
            'requests' => $this->requests,
            'retries' => $this->retries,
            'bytes' => $this->bytes,
            'window_defaulted' => $this->windowDefaulted,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
