<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Exception\CancelledException;
use Inwise\Exception\ClosedException;
use PHPUnit\Framework\TestCase;

/** PSR-3: what is logged, at which level, and a logger that throws. */
final class LoggerTest extends TestCase
{
    public function testLinesComeAtTheirLevels(): void
    {
        $lines = new Lines();
        $client = new Client(
            Server::url('rows=3,status=503,times=1'),
            apiKey: KEY,
            maxRetryDelaySeconds: 0,
            logger: $lines,
        );
        $client->activities()->page();
        $levels = array_column($lines->lines, 0);
        self::assertContains('debug', $levels);
        self::assertContains('warning', $levels);
        self::assertStringContainsString('503', implode("\n", array_column($lines->lines, 1)));
    }

    public function testTheLevelIsTheLeastGraveOne(): void
    {
        $lines = new Lines();
        $url = Server::url('rows=3,status=503,times=1');
        $client = new Client($url, apiKey: KEY, maxRetryDelaySeconds: 0, logger: $lines, logLevel: 'notice');
        $client->activities()->page();
        self::assertSame(['warning'], array_unique(array_column($lines->lines, 0)));
    }

    public function testALoggerCanBeChangedAndTakenAway(): void
    {
        [$first, $second] = [new Lines(), new Lines()];
        $client = new Client(SANDBOX);
        $other = new Client(SANDBOX);
        $client->setLogger($first);
        $client->recentActivities();
        $client->setLogger($second);
        $other->setLogger($first);
        $client->recentActivities();
        $client->setLogger(null);
        $client->recentActivities();
        self::assertSame([1, 1], [count($first->lines), count($second->lines)]);
        $other->recentActivities();
        self::assertCount(2, $first->lines);
        $released = \WeakReference::create($second);
        unset($second, $client);
        self::assertNull($released->get(), 'a client that is gone holds no logger');
    }

    public function testWhatALoggerThrowsComesOutOfTheCall(): void
    {
        $client = new Client(SANDBOX, logger: new Lines(fn () => throw new \DomainException('the disk is full')));
        foreach ([fn () => $client->activities()->page(), fn () => iterator_to_array($client->activities())] as $call) {
            try {
                $call();
                self::fail('nothing was thrown');
            } catch (\DomainException $exception) {
                self::assertSame('the disk is full', $exception->getMessage());
            }
        }
        $client->setLogger(null);
        self::assertNotEmpty($client->activities(dateFrom: EVER)->page());
    }

    public function testAnErrorThatCameAlongIsThePreviousOne(): void
    {
        $throw = fn () => throw new \DomainException('the disk is full');
        $client = new Client(Server::url('status=401'), apiKey: KEY, logger: new Lines($throw));
        try {
            $client->activities()->page();
            self::fail('nothing was thrown');
        } catch (\DomainException $exception) {
            self::assertInstanceOf(\Inwise\Exception\AuthException::class, $exception->getPrevious());
        }
    }

    public function testALoggerThatCallsItsClientIsRefusedAndDoesNotHang(): void
    {
        $client = new Client(SANDBOX);
        $walk = $client->activities(dateFrom: EVER, pageSize: 10)->json();
        $walk->current();
        foreach ([fn () => $client->recentActivities(), fn () => $walk->next()] as $call) {
            $client->setLogger(new Lines($call));
            try {
                $client->activities()->page();
                self::fail('nothing was thrown');
            } catch (ArgumentException $exception) {
                self::assertStringContainsString('log function', $exception->getMessage());
            }
        }
        $client->setLogger(null);
        self::assertNotEmpty($client->activities(dateFrom: EVER)->page());
    }

    public function testALoggerMayTakeItselfAwayOrCancelOrCloseItsClient(): void
    {
        $client = new Client(Server::url('rows=30'), apiKey: KEY);
        $lines = new Lines(fn () => $client->setLogger(null));
        $client->setLogger($lines);
        self::assertCount(30, $client->recentSentEmails());
        self::assertCount(1, $lines->lines);
        $client->setLogger(new Lines(fn () => $client->cancel()));
        try {
            self::assertCount(30, $client->activities()->page());
        } catch (CancelledException) {
        }
        $client->setLogger(new Lines(fn () => $client->close()));
        try {
            self::assertCount(30, $client->activities()->page());
        } catch (CancelledException | ClosedException) {
        }
        $this->expectException(ClosedException::class);
        $client->activities()->page();
    }

    /** @return array<string, array{bool}> */
    public static function waysToGo(): array
    {
        return ['at once' => [false], 'by the garbage collector' => [true]];
    }

    /** @dataProvider waysToGo */
    public function testAWalkThatGoesWithinALoggerHoldsNothingUp(bool $isInCycle): void
    {
        $client = new Client(Server::url('rows=950'), apiKey: KEY, timeoutSeconds: 600);
        $walk = $client->activities(dateFrom: EVER, pageSize: 100)->json();
        $walk->current();
        if ($isInCycle) {
            $cycle = new \stdClass();
            [$cycle->walk, $cycle->self] = [$walk, $cycle];
            $walk = $cycle = null;
        }
        $client->setLogger(new Lines(function () use (&$walk): void {
            $walk = null;
            gc_collect_cycles();
        }));
        self::assertCount(950, $client->recentActivities());
        self::assertNotEmpty($client->activities()->page());
    }

    public function testALoggerMayUseAnotherClient(): void
    {
        $other = new Client(SANDBOX);
        $rows = [];
        $client = new Client(SANDBOX, logger: new Lines(function () use ($other, &$rows): void {
            $rows = $other->recentActivities();
        }));
        $client->recentActivities();
        self::assertNotEmpty($rows);
    }
}
