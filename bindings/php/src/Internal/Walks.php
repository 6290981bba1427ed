<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use Inwise\Exception\InwiseException;
use Inwise\WalkInfo;

/**
 * Walks over every page of an answer, a new one each time; the one that began last is known.
 *
 * @internal
 */
trait Walks
{
    private ?Cursor $latest = null;

    /**
     * How the walk that began last stands, also when it is over. Before the first all is 0.
     *
     * @throws InwiseException
     */
    public function info(): WalkInfo
    {
        return $this->latest?->info() ?? new WalkInfo(0, 0, 0, 0, 0, 0, false);
    }

    /**
     * @param array<string, mixed> $query
     * @return \Generator<int, string> each page as the JSON array that the library gives
     */
    private function walk(Source $source, string $method, array $query): \Generator
    {
        $cursor = $this->latest = $source->cursor($method, Json::query($query));
        try {
            while (($page = $cursor->next()) !== null) {
                yield $page;
            }
        } finally {
            $cursor->close();
        }
    }
}
