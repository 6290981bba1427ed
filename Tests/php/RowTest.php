<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Activity;
use Inwise\Internal\Page;
use Inwise\Row;
use Inwise\RowKind;
use PHPUnit\Framework\TestCase;

/** Typed rows beyond what the golden vectors show. */
final class RowTest extends TestCase
{
    public function testAnObjectInExtraStaysAnObject(): void
    {
        $json = '[{"id":1,"more":{},"list":[],"deep":{"0":[{}],"":{"a":1.50}}},{"id":2,"0":{"x":[]}},{"id":3}]';
        $rows = Page::rows(RowKind::Activities, $json);
        self::assertEquals((object) [], $rows[0]->extra['more']);
        self::assertSame([], $rows[0]->extra['list']);
        $without = fn (Row $row): array => array_filter($row->toArray(), fn ($value) => $value !== null);
        $again = json_encode(array_map($without, $rows), JSON_PRESERVE_ZERO_FRACTION);
        self::assertEquals(json_decode($json), json_decode($again));
    }

    public function testDatesAreTheWallClockWhateverThisMachinesZone(): void
    {
        $default = date_default_timezone_get();
        foreach (['Asia/Jerusalem', 'America/New_York', 'UTC'] as $zone) {
            date_default_timezone_set($zone);
            // An hour that Jerusalem's clocks skip.
            $row = Activity::fromArray(['action_date' => '2024-03-29 02:30:00']);
            self::assertSame('2024-03-29 02:30:00 UTC', $row->actionDate?->format('Y-m-d H:i:s e'));
            self::assertSame('2024-03-29 02:30:00', $row->toArray()['action_date']);
        }
        date_default_timezone_set($default);
    }

    public function testRowsAreWrittenUnderTheServicesNamesWithNothingLost(): void
    {
        $row = Activity::fromArray(['id' => '7', 'contact_id' => 'unknown', 'action_date' => '2024-02-30', 'score' => 0.1]);
        self::assertSame(
            '{"id":7,"action_date":"2024-02-30","action_type":null,"campaign_id":null,"contact_id":"unknown",'
                . '"external_id":null,"ip":null,"remarks":null,"additional_data":null,"score":0.1}',
            json_encode($row),
        );
        self::assertEquals($row, Activity::fromArray($row->toArray()));
        self::assertEquals($row, unserialize(serialize($row)));
    }

    public function testRowsCannotBeChanged(): void
    {
        $row = Activity::fromArray(['id' => 7]);
        $this->expectException(\Error::class);
        $row->id = 8;
    }
}
