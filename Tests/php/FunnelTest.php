<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Activity;
use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Exception\AuthException;
use Inwise\Exception\ProtocolException;
use Inwise\Funnel;
use Inwise\FunnelSummary;
use Inwise\Internal\Members;
use Inwise\RowKind;
use PHPUnit\Framework\TestCase;

/** Funnels: filled in every way, merged, kept, and summed up. */
final class FunnelTest extends TestCase
{
    private const CAMPAIGN = 1958368;

    public function testEveryWayToAddGivesTheSame(): void
    {
        $walks = self::walks();
        $funnels = ['walks' => new Funnel(), 'pages' => new Funnel(), 'rows of all kinds' => new Funnel(), 'JSON' => new Funnel()];
        $all = [];
        foreach ($walks as $rows) {
            $funnels['walks']->add($rows);
            foreach ($rows->pages() as $page) {
                $funnels['pages']->add($page);
                array_push($all, ...$page);
            }
            foreach ($rows->json() as $json) {
                $funnels['JSON']->addJson($rows->kind, $json);
            }
        }
        $funnels['rows of all kinds']->add(new \ArrayIterator($all));
        self::assertGreaterThan(100, count($all));
        self::assertCount(1, array_unique(array_map(fn (Funnel $funnel) => $funnel->save(), $funnels)));
    }

    public function testTheSummaryAgreesWithTheServices(): void
    {
        $summary = self::filled()->summary(campaignId: self::CAMPAIGN);
        $stated = (new Client(SANDBOX))->activitiesSummary(self::CAMPAIGN)->toArray();
        self::assertCount(15, $stated);
        self::assertSame($stated, array_slice($summary->toArray(), 0, 15));
        self::assertSame($summary->sent - $summary->bouncesUnique, $summary->rates->delivered);
        self::assertEqualsWithDelta($summary->opensUnique / $summary->rates->delivered, $summary->rates->openRate, 1e-9);
        self::assertSame($summary->opensUnique, $summary->timeToOpen?->contacts);
        self::assertNull($summary->groups);
    }

    public function testGroupsAreSummariesWithNames(): void
    {
        $funnel = self::filled();
        foreach (['campaign' => 'is_int', 'day' => 'is_string', 'hour' => 'is_string', 'domain' => 'is_string'] as $by => $is) {
            $summary = $funnel->summary(groupBy: $by);
            self::assertNotEmpty($summary->groups);
            self::assertTrue($is($summary->groups[0]->name));
            self::assertSame($by === 'campaign' ? 'campaign_id' : $by, $summary->groups[0]->groupedBy);
            self::assertSame($summary->opens, array_sum(array_column($summary->groups, 'opens')));
            self::assertSame($by === 'campaign', $summary->groups[0]->timeToOpen !== null);
        }
    }

    public function testMergedHalvesAreTheWhole(): void
    {
        [$whole, $one, $other] = [new Funnel(), new Funnel(), new Funnel()];
        foreach (self::walks() as $rows) {
            $whole->add($rows);
            foreach ($rows as $number => $row) {
                ($number % 2 === 0 ? $one : $other)->add([$row]);
            }
        }
        $loaded = Funnel::load($other->save());
        self::assertSame($whole->save(), $one->merge($loaded)->save());
        self::assertEquals($whole->summary(), $one->summary());
        self::assertSame($other->save(), $loaded->save());
    }

    /** @return array<string, array{string}> */
    public static function noFunnels(): array
    {
        $saved = (new Funnel())->save();
        return ['nothing' => [''], 'foreign bytes' => ["\0\xff\0"], 'cut off' => [substr($saved, 0, -1)], 'more' => ["$saved\0"]];
    }

    /** @dataProvider noFunnels */
    public function testForeignBytesAreRefused(string $bytes): void
    {
        $this->expectException(ArgumentException::class);
        Funnel::load($bytes);
    }

    public function testWhatIsNoRowsIsRefused(): void
    {
        $this->expectException(ProtocolException::class);
        (new Funnel())->addJson(RowKind::Activities, '[{"id":1},7]');
    }

    /** @return array<string, array{\Closure(): iterable<mixed>, class-string<\Throwable>}> */
    public static function failing(): array
    {
        $rows = fn (int $count) => array_fill(0, $count, new Activity(contactId: 1, actionType: 'emailOpened'));
        return [
            'a generator that throws' => [function () use ($rows): \Generator {
                yield from $rows(1500);
                throw new \DomainException('no more');
            }, \DomainException::class],
            'what is no row' => [fn () => [...$rows(1500), 'a row'], ArgumentException::class],
            'a row that is no JSON' => [fn () => [...$rows(1500), new Activity(extra: ['x' => NAN])], ArgumentException::class],
            'a walk that fails on its way' => [
                fn () => (new Client(Server::url('rows=300,page=2,status=401'), apiKey: KEY, pagesInFlight: 1))
                    ->activities(dateFrom: EVER, pageSize: 100),
                AuthException::class,
            ],
        ];
    }

    /**
     * @dataProvider failing
     * @param class-string<\Throwable> $class
     */
    public function testAllRowsAreAddedOrNone(\Closure $rows, string $class): void
    {
        $funnel = (new Funnel())->add([new Activity(contactId: 2, actionType: 'emailOpened')]);
        try {
            $funnel->add($rows());
            self::fail('nothing was thrown');
        } catch (\Throwable $throwable) {
            self::assertInstanceOf($class, $throwable);
        }
        self::assertSame(1, $funnel->summary()->opens);
    }

    public function testRowsNestedDeeperThanPhpsDefaultAreAdded(): void
    {
        $deep = array_reduce(range(1, 1000), fn ($inner) => [$inner], 1);
        self::assertSame(1, (new Funnel())->add([new Activity(actionType: 'emailOpened', extra: ['x' => $deep])])->summary()->opens);
    }

    public function testDatesOfASummaryMayBeObjects(): void
    {
        $funnel = self::filled();
        $day = new \DateTimeImmutable('2024-09-10', new \DateTimeZone('Asia/Tokyo'));
        self::assertEquals(
            $funnel->summary(dateFrom: '2024-09-10 00:00:00', dateTo: '2024-09-12 00:00:00'),
            $funnel->summary(dateFrom: $day, dateTo: $day->modify('+2 days')),
        );
        self::assertNotEquals($funnel->summary(), $funnel->summary(dateFrom: $day));
    }

    public function testUnknownMembersAreKept(): void
    {
        $known = json_decode(json_encode(self::filled()->summary(groupBy: 'campaign')));
        $known->forwards = (object) ['count' => 3];
        $known->rates->forward_rate = 0.5;
        $known->groups[0]->new = [];
        $summary = FunnelSummary::from(Members::of(json_encode($known)), 'campaign');
        self::assertEquals((object) ['count' => 3], $summary->extra['forwards']);
        self::assertSame(['forward_rate' => 0.5], $summary->rates->extra);
        self::assertSame(['new' => []], $summary->groups[0]->extra);
        self::assertEquals($known, json_decode(json_encode($summary)));
    }

    /** @return list<\Inwise\Rows<\Inwise\Row>> */
    private static function walks(): array
    {
        $client = new Client(SANDBOX);
        return [$client->sentEmails(dateFrom: EVER), $client->undelivered(), $client->activities(dateFrom: EVER)];
    }

    private static function filled(): Funnel
    {
        return array_reduce(self::walks(), fn (Funnel $funnel, $rows) => $funnel->add($rows), new Funnel());
    }
}
