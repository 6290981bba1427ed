<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use FFI\CData;
use Inwise\Exception\InwiseException;
use Inwise\Internal\Json;
use Inwise\Internal\Library;
use Inwise\Internal\Members;
use Inwise\Internal\Unique;

/**
 * Counts made of rows, anywhere: they can be kept as bytes, and merged. The same row added twice counts twice; a walk gives each
 * once.
 *
 *     $funnel = (new Funnel())
 *         ->add($client->sentEmails(campaignId: 1958368, dateFrom: '2000-01-01'))
 *         ->add($client->undelivered(campaignId: 1958368))
 *         ->add($client->activities(campaignId: 1958368, dateFrom: '2000-01-01'));
 *     echo $funnel->summary()->opensUnique;
 */
final class Funnel
{
    use Unique;

    /** Typed rows that are handed to the library at a time. */
    private const BATCH = 1000;

    private readonly CData $handle;

    /** @throws InwiseException */
    public function __construct()
    {
        $arguments = [null];
        $this->handle = Library::get()->open('inwise_funnel_create', $arguments);
    }

    public function __destruct()
    {
        if (isset($this->handle)) {
            $this->close();
        }
    }

    /**
     * A funnel out of what save gave, by this version of the library or an older one.
     *
     * @throws InwiseException
     */
    public static function load(string $bytes): self
    {
        $funnel = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $funnel->handle = Library::get()->loadFunnel($bytes);
        return $funnel;
    }

    /**
     * Adds rows: every row of a question, which is walked for it and costs no typed rows, or typed rows of any kinds. All or, if
     * anything is thrown, none.
     *
     * @param Rows<Row>|iterable<Row> $rows
     * @return $this
     * @throws InwiseException
     */
    public function add(iterable $rows): self
    {
        $counted = new self();
        if ($rows instanceof Rows) {
            foreach ($rows->json() as $page) {
                $counted->addJson($rows->kind, $page);
            }
        } else {
            $counted->addTyped($rows);
        }
        return $this->merge($counted);
    }

    /**
     * Adds rows as the service writes them, a JSON array: all or, on an error, none.
     *
     * @return $this
     * @throws InwiseException
     */
    public function addJson(RowKind $kind, string $rows): self
    {
        Library::get()->addToFunnel($this->handle, $kind->value, $rows);
        return $this;
    }

    /**
     * Adds all that another funnel counted, which stays as it was. The result equals counting both sets of rows at once.
     *
     * @return $this
     * @throws InwiseException
     */
    public function merge(self $other): self
    {
        Library::get()->mergeFunnel($this->handle, $other->handle);
        return $this;
    }

    /**
     * The funnel as bytes, some 5 a row and as many a contact. Equal funnels give equal bytes.
     *
     * @throws InwiseException
     */
    public function save(): string
    {
        return Library::get()->saveFunnel($this->handle);
    }

    /**
     * The funnel so far.
     *
     * @param ?int $campaignId one campaign; null for all rows together
     * @param string|\DateTimeInterface|null $dateFrom only rows dated in this range, both ends included; see Client about dates
     * @param string|\DateTimeInterface|null $dateTo the same
     * @param ?string $groupBy "campaign", "day", "hour", "sending_source" or "domain": also the same for each of these
     * @throws InwiseException
     */
    public function summary(
        ?int $campaignId = null,
        string|\DateTimeInterface|null $dateFrom = null,
        string|\DateTimeInterface|null $dateTo = null,
        ?string $groupBy = null,
    ): FunnelSummary {
        $query = ['campaign_id' => $campaignId, 'date_from' => $dateFrom, 'date_to' => $dateTo, 'group_by' => $groupBy];
        $json = Library::get()->ask('inwise_funnel_summary', $this->handle, Json::query($query));
        return FunnelSummary::from(Members::of($json), $groupBy);
    }

    /** Frees what it holds; later calls throw ClosedException. Also happens when the object goes. */
    public function close(): void
    {
        Library::get()->release($this->handle);
    }

    /** @param iterable<Row> $rows */
    private function addTyped(iterable $rows): void
    {
        $batches = [];
        foreach ($rows as $row) {
            $kind = RowKind::of($row);
            $batches[$kind->value][] = $row;
            if (count($batches[$kind->value]) === self::BATCH) {
                $this->addJson($kind, Json::encode($batches[$kind->value], 'A row'));
                unset($batches[$kind->value]);
            }
        }
        foreach ($batches as $name => $batch) {
            $this->addJson(RowKind::from($name), Json::encode($batch, 'A row'));
        }
    }
}
