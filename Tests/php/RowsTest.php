<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Activity;
use Inwise\Client;
use Inwise\Exception\ServerException;
use Inwise\WalkInfo;
use PHPUnit\Framework\TestCase;

/** Walks: foreach, pages, their ends and what they tell. */
final class RowsTest extends TestCase
{
    public function testEachForeachIsANewWalkOverEveryRow(): void
    {
        $url = Server::url('rows=2500,order=desc');
        $rows = (new Client($url, apiKey: KEY))->activities(dateFrom: EVER);
        self::assertSame([], Server::log($url), 'nothing is sent before the first row');
        $first = iterator_to_array($rows);
        self::assertSame(range(0, 2499), array_keys($first));
        self::assertSame(range(5_000_002_499, 5_000_000_000, -1), array_map(fn (Activity $row) => $row->id, $first));
        $requests = count(Server::log($url));
        self::assertEquals($first, iterator_to_array($rows));
        self::assertGreaterThan($requests, count(Server::log($url)));
    }

    public function testPagesAreTheSameRowsInLists(): void
    {
        $rows = (new Client(Server::url('rows=250'), apiKey: KEY))->sentEmails(dateFrom: EVER, pageSize: 100);
        $pages = iterator_to_array($rows->pages());
        self::assertGreaterThan(2, count($pages));
        self::assertGreaterThan(0, min(array_map('count', $pages)));
        self::assertEquals(iterator_to_array($rows), array_merge(...$pages));
        $json = array_merge(...array_map('json_decode', iterator_to_array($rows->json())));
        self::assertSame(array_column($json, 'row_index'), array_map(fn ($row) => $row->rowIndex, array_merge(...$pages)));
    }

    public function testInfoTellsHowTheLatestWalkStands(): void
    {
        $rows = (new Client(Server::url('rows=250'), apiKey: KEY, pagesInFlight: 1))->activities(pageSize: 100);
        self::assertEquals(new WalkInfo(0, 0, 0, 0, 0, 0, false), $rows->info());
        foreach ($rows as $count => $row) {
            if ($count === 100) {
                $left = $rows->info();
                break;
            }
        }
        self::assertSame([2, true], [$left->pages, $left->rows > 100 && $left->rows < 250]);
        self::assertEquals($left, $rows->info(), 'a walk that was left tells still');
        iterator_to_array($rows, false);
        $info = $rows->info();
        self::assertSame([3, 250, 0, true], [$info->pages, $info->rows, $info->retries, $info->windowDefaulted]);
        self::assertSame([], $info->extra);
        self::assertGreaterThan(10_000, $info->bytes);
    }

    public function testWalksInEachOtherDoNotDisturbEachOther(): void
    {
        $rows = (new Client(SANDBOX))->activities(dateFrom: EVER, pageSize: 10);
        $all = iterator_to_array($rows);
        foreach ($rows as $outer => $row) {
            if ($outer % 25 === 0) {
                self::assertEquals($all, iterator_to_array($rows));
            }
            self::assertEquals($all[$outer], $row);
        }
    }

    public function testAWalkOutlivesTheVariableOfItsClient(): void
    {
        $walk = (new Client(SANDBOX))->activities(dateFrom: EVER)->getIterator();
        self::assertInstanceOf(Activity::class, $walk->current());
    }

    public function testWhatIsLeftEarlyIsClosed(): void
    {
        $descriptors = fn (): int => count(scandir('/proc/self/fd'));
        $client = new Client(Server::url('rows=5000'), apiKey: KEY, pageSize: 10);
        $leaveEarly = function () use ($client): void {
            foreach ($client->activities(dateFrom: EVER) as $row) {
                break;
            }
            $abandoned = $client->activities(dateFrom: EVER)->pages();
            $abandoned->current();
            $client->activities(dateFrom: EVER)->pages();
        };
        $leaveEarly();
        $before = $descriptors();
        for ($i = 0; $i < 20; $i++) {
            $leaveEarly();
        }
        self::assertLessThan($before + 8, $descriptors(), 'a client keeps some connections, but no walk does');
    }

    public function testAnErrorComesOutOfTheForeachAfterTheRowsBeforeIt(): void
    {
        $client = new Client(Server::url('rows=250,status=500,page=1,order=desc'), apiKey: KEY, maxRetries: 0, pagesInFlight: 1);
        $seen = 0;
        try {
            foreach ($client->activities(dateFrom: EVER, pageSize: 100) as $row) {
                $seen++;
            }
            self::fail('no error came');
        } catch (ServerException $exception) {
            self::assertSame(100, $seen);
            self::assertSame('activities', $exception->method);
        }
    }

    public function testOnePageAlone(): void
    {
        $url = Server::url('rows=250');
        $client = new Client($url, apiKey: KEY);
        foreach (['sentEmails', 'undelivered', 'activities'] as $method) {
            self::assertCount(100, $client->{$method}(dateFrom: EVER)->page());
            self::assertCount(50, $client->{$method}(dateFrom: EVER, pageSize: 100)->page(2));
            self::assertSame([], $client->{$method}(dateFrom: EVER)->page(3));
        }
        self::assertCount(9, Server::log($url), 'each is one request');
    }
}
