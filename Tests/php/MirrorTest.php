<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Activity;
use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Exception\StoreException;
use Inwise\Row;
use Inwise\SentEmail;
use Inwise\Through;
use PHPUnit\Framework\TestCase;

/** Mirrors in files: opened, refused, and their recent rows for consumers. */
final class MirrorTest extends TestCase
{
    private TemporaryMirror $file;
    private Client $mirror;

    protected function setUp(): void
    {
        $this->file = new TemporaryMirror();
        $this->mirror = $this->file->open();
        self::assertTrue((new Client(SANDBOX))->sync($this->mirror)->complete);
    }

    public function testAProgramChangesOverByTheUrlAlone(): void
    {
        foreach ([$this->file->url, SANDBOX] as $url) {
            $client = new Client($url, apiKey: KEY, timeoutSeconds: 5, maxRetries: 1, pageSize: 7, paths: ['activities' => '/a']);
            self::assertCount(7, $client->activities(dateFrom: EVER)->pages()->current());
        }
    }

    /** @return array<string, array{array<string, mixed>, string}> an option, and the library's name for it */
    public static function ownOptions(): array
    {
        return [
            'read only' => [['readOnly' => true], 'read_only'],
            'not read only' => [['readOnly' => false], 'read_only'],
            'a clock' => [['now' => new \DateTimeImmutable('2024-09-20 12:00')], 'now'],
        ];
    }

    /**
     * @dataProvider ownOptions
     * @param array<string, mixed> $option
     */
    public function testWhatIsAMirrorsAloneOthersRefuse(array $option, string $key): void
    {
        foreach ([SANDBOX, 'https://inwise.invalid'] as $url) {
            try {
                new Client($url, ...$option);
                self::fail('was not refused');
            } catch (ArgumentException $exception) {
                self::assertSame($key, $exception->parameter);
            }
        }
    }

    public function testItsClock(): void
    {
        $source = iterator_to_array((new Client(SANDBOX))->activities());
        foreach (['2024-09-20T12:00:00', new \DateTime('2024-09-20 12:00:00.5', new \DateTimeZone('Asia/Tokyo'))] as $now) {
            self::assertEquals($source, iterator_to_array((new Client($this->file->url, now: $now))->activities()));
        }
        self::assertSame([], iterator_to_array((new Client($this->file->url, now: '2030-01-01T00:00:00'))->activities()));
        $this->expectException(ArgumentException::class);
        new Client($this->file->url, now: 'noon');
    }

    public function testReadOnly(): void
    {
        $reading = $this->file->open(readOnly: true);
        self::assertEquals(
            iterator_to_array($this->mirror->activities(dateFrom: EVER)),
            iterator_to_array($reading->activities(dateFrom: EVER)),
        );
        try {
            $reading->acknowledge('recentActivities', 'crm');
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            self::assertStringContainsString('read_only', $exception->getMessage());
        }
        $this->expectException(StoreException::class);
        new Client($this->file->url . '.none', readOnly: true);
    }

    public function testAFileThatIsNoMirrorIsToldAndNotTouched(): void
    {
        $file = tempnam(sys_get_temp_dir(), 'inwise');
        file_put_contents($file, $text = str_repeat('a shopping list ', 1000));
        try {
            new Client("file:$file");
            self::fail('was not refused');
        } catch (StoreException $exception) {
            self::assertSame(['store', -11], [$exception->status, $exception->getCode()]);
            self::assertSame($text, file_get_contents($file));
        } finally {
            unlink($file);
        }
    }

    /** @return array<string, array{string, string}> a recent method, and the one that gives all its rows */
    public static function feeds(): array
    {
        return [
            'activities' => ['recentActivities', 'activities'],
            'sent mails' => ['recentSentEmails', 'sentEmails'],
            'mails not sent' => ['recentUndelivered', 'undelivered'],
        ];
    }

    /** @dataProvider feeds */
    public function testAConsumerGetsWhatItHasNotAcknowledged(string $recent, string $method): void
    {
        $crm = fn (): array => $this->mirror->{$recent}(consumer: 'crm');
        $id = fn (Row $row): int => $row instanceof SentEmail ? $row->rowIndex : $row->id;
        $everything = $crm();
        self::assertEqualsCanonicalizing(
            array_map($id, iterator_to_array($this->mirror->{$method}(dateFrom: EVER))),
            array_map($id, $everything),
        );
        self::assertGreaterThan(3, count($everything));
        self::assertEquals($everything, $crm(), 'again and again');
        $this->mirror->acknowledge($recent, consumer: 'crm', through: $everything[2]);
        self::assertEquals(array_slice($everything, 3), $crm());
        $this->mirror->acknowledge($recent, consumer: 'crm', through: $id($everything[0]));
        self::assertEquals(array_slice($everything, 1), $crm(), 'also back');
        $this->mirror->acknowledge($recent, consumer: 'crm');
        self::assertSame([], $crm());
        self::assertEquals($everything, $this->mirror->{$recent}(consumer: 'warehouse'), 'each has its own place');
        $this->mirror->acknowledge($recent, consumer: 'crm', through: Through::Beginning);
        self::assertEquals($everything, $crm());
        $this->mirror->acknowledge($recent, consumer: 'crm', through: Through::Given);
        self::assertSame([], $crm());
        self::assertEquals($everything, $this->mirror->{$recent}());
        self::assertSame([], $this->mirror->{$recent}(), 'without a consumer reading consumes');
    }

    /** @return array<string, array{array<string, mixed>, string}> arguments, and what the exception names */
    public static function wrong(): array
    {
        return [
            'a method that is none' => [['method' => 'activities'], 'method'],
            'no consumer' => [['consumer' => ''], 'consumer'],
            'a long consumer' => [['consumer' => str_repeat('x', 201)], 'consumer'],
            'an id that is none' => [['through' => 7], 'through'],
            'a row without an id' => [['through' => new Activity()], 'through'],
            'a row of another kind' => [['through' => new SentEmail(rowIndex: 1)], 'through'],
        ];
    }

    /**
     * @dataProvider wrong
     * @param array<string, mixed> $arguments
     */
    public function testWhatCannotBeAcknowledgedIsTold(array $arguments, string $parameter): void
    {
        $before = $this->mirror->recentActivities(consumer: 'crm');
        try {
            $this->mirror->acknowledge(...$arguments + ['method' => 'recentActivities', 'consumer' => 'crm']);
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            self::assertSame($parameter, $exception->parameter);
        }
        self::assertEquals($before, $this->mirror->recentActivities(consumer: 'crm'));
    }

    public function testOnlyAMirrorHasConsumers(): void
    {
        $client = new Client(SANDBOX);
        $calls = [
            fn () => $client->recentActivities(consumer: 'crm'),
            fn () => $client->recentSentEmails(consumer: 'crm'),
            fn () => $client->recentUndelivered(consumer: 'crm'),
            fn () => $client->acknowledge('recentActivities', consumer: 'crm'),
        ];
        foreach ($calls as $call) {
            try {
                $call();
                self::fail('was not refused');
            } catch (ArgumentException $exception) {
                self::assertNotSame('', $exception->getMessage());
            }
        }
        self::assertNotEmpty($client->recentActivities(), 'nothing was consumed');
    }
}
