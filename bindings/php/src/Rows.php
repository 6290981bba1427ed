<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Exception\InwiseException;
use Inwise\Internal\Json;
use Inwise\Internal\Page;
use Inwise\Internal\Source;
use Inwise\Internal\Unique;
use Inwise\Internal\Walks;

/**
 * Every row of an answer, each exactly once, page by page as they are asked for: memory stays flat. Each foreach is a new walk;
 * leaving one early closes it. Nothing is checked or sent before the first row is asked for.
 *
 * A walk that throws is over; a new one starts from the beginning.
 *
 * @template-covariant T of Row
 * @implements \IteratorAggregate<int, T>
 */
final class Rows implements \IteratorAggregate
{
    use Unique;
    use Walks;

    /**
     * @internal
     * @param array<string, mixed> $query
     */
    public function __construct(
        private readonly Source $source,
        public readonly RowKind $kind,
        private readonly array $query,
    ) {
    }

    /**
     * Row by row, numbered from 0.
     *
     * @return \Generator<int, T>
     * @throws InwiseException
     */
    public function getIterator(): \Generator
    {
        foreach ($this->pages() as $page) {
            foreach ($page as $row) {
                yield $row;
            }
        }
    }

    /**
     * As many rows at a time as the service gives, never none.
     *
     * @return \Generator<int, non-empty-list<T>>
     * @throws InwiseException
     */
    public function pages(): \Generator
    {
        foreach ($this->json() as $page) {
            /** @var non-empty-list<T> */
            $rows = Page::rows($this->kind, $page);
            yield $rows;
        }
    }

    /**
     * As pages, each as the JSON array that the library gives.
     *
     * @return \Generator<int, string>
     * @throws InwiseException
     */
    public function json(): \Generator
    {
        return $this->walk($this->source, $this->kind->value, $this->query);
    }

    /**
     * One page alone, as the service gives it: one request. Its size is the question's pageSize, else the client's, else the
     * service's own of 100.
     *
     * @param int $index from 0
     * @return list<T>
     * @throws InwiseException
     */
    public function page(int $index = 0): array
    {
        $function = match ($this->kind) {
            RowKind::SentEmails => 'inwise_sent_emails',
            RowKind::Undelivered => 'inwise_undelivered',
            RowKind::Activities => 'inwise_activities',
        };
        $query = ['page_index' => $index] + $this->query;
        $query['page_size'] ??= $this->source->pageSize;
        /** @var list<T> */
        return Page::rows($this->kind, $this->source->ask($function, Json::query($query)));
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['kind' => $this->kind, 'query' => $this->query];
    }
}
