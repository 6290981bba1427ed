<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Exception\InwiseException;
use Inwise\Internal\Json;
use Inwise\Internal\Source;
use Inwise\Internal\Unique;
use Inwise\Internal\Walks;

/**
 * The events that webhooks told a mirror of, in order of arrival: objects such as Webhook::parse gives, each with event_id, state and
 * received, the mirror's time. Each foreach is a new walk; leaving one early closes it. Nothing is checked or asked before the
 * first event is.
 *
 * @implements \IteratorAggregate<int, \stdClass>
 */
final class WebhookEvents implements \IteratorAggregate
{
    use Unique;
    use Walks;

    /**
     * @internal
     * @param array<string, mixed> $query
     */
    public function __construct(private readonly Source $source, private readonly array $query)
    {
    }

    /**
     * Event by event, numbered from 0.
     *
     * @return \Generator<int, \stdClass>
     * @throws InwiseException
     */
    public function getIterator(): \Generator
    {
        foreach ($this->pages() as $page) {
            foreach ($page as $event) {
                yield $event;
            }
        }
    }

    /**
     * A page at a time, never an empty one.
     *
     * @return \Generator<int, non-empty-list<\stdClass>>
     * @throws InwiseException
     */
    public function pages(): \Generator
    {
        foreach ($this->json() as $page) {
            /** @var non-empty-list<\stdClass> */
            $events = Json::objects($page);
            yield $events;
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
        return $this->walk($this->source, 'webhookEvents', $this->query);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['query' => $this->query];
    }
}
