<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Exception\CancelledException;
use Inwise\Exception\ClosedException;
use Inwise\Exception\StoreException;
use Inwise\Funnel;
use Inwise\Internal\Members;
use Inwise\RowKind;
use Inwise\SentEmail;
use Inwise\SyncProgress;
use Inwise\SyncReport;
use PHPUnit\Framework\TestCase;

/** sync: what goes in, what comes out, and what stops it. */
final class SyncTest extends TestCase
{
    private TemporaryMirror $file;
    private Client $source;
    private Client $mirror;

    protected function setUp(): void
    {
        $this->file = new TemporaryMirror();
        $this->source = new Client(SANDBOX);
        $this->mirror = $this->file->open();
    }

    public function testAMirrorAnswersAsItsSourceDoes(): void
    {
        $report = $this->source->sync($this->mirror);
        self::assertTrue($report->complete);
        self::assertNull($report->stopped);
        self::assertSame([[], [], []], [$report->gaps, $report->pending, $report->notes]);
        foreach (['sentEmails', 'undelivered', 'activities'] as $method) {
            $rows = iterator_to_array($this->source->{$method}(dateFrom: EVER));
            self::assertNotEmpty($rows);
            self::assertEquals($rows, iterator_to_array($this->mirror->{$method}(dateFrom: EVER)));
            self::assertEquals(
                iterator_to_array($this->source->{$method}()),
                iterator_to_array($this->mirror->{$method}()),
                'the past week',
            );
            self::assertSame(count($rows), $report->methods[$method]->newRows());
        }
        $campaigns = $this->campaigns();
        foreach ($campaigns as $campaign) {
            self::assertEquals($this->source->activitiesSummary($campaign), $this->mirror->activitiesSummary($campaign));
        }
        self::assertSame([count($campaigns), count($campaigns)], [$report->audit->checked, $report->audit->equal]);
        $funnels = array_map(
            fn (Client $client) => (new Funnel())->add($client->activities(dateFrom: EVER))->summary(groupBy: 'day'),
            [$this->source, $this->mirror],
        );
        self::assertEquals(...$funnels);
    }

    public function testASecondSyncFindsNothingNew(): void
    {
        self::assertGreaterThan(0, $this->source->sync($this->mirror)->newRows());
        $second = $this->source->sync($this->mirror);
        self::assertSame([true, 0], [$second->complete, $second->newRows()]);
    }

    public function testOverHttp(): void
    {
        $url = Server::url('rows=950');
        $client = new Client($url, apiKey: KEY);
        $report = $client->sync($this->mirror, audit: 'none');
        self::assertTrue($report->complete);
        self::assertSame(count(Server::log($url)), $report->requests);
        $ids = fn (Client $client) => array_column(iterator_to_array($client->activities(dateFrom: EVER)), 'id');
        self::assertEqualsCanonicalizing($ids($client), $ids($this->mirror));
        self::assertCount(950, $ids($this->mirror));
        foreach ($this->file->files() as $file) {
            self::assertStringNotContainsString(KEY, file_get_contents($file), 'the key is in no mirror');
        }
    }

    public function testTheReportHoldsAllThatTheLibraryTells(): void
    {
        $counts = ['expected' => 1, 'fetched' => 2, 'new' => 3, 'repeated' => 4, 'late' => 5, 'repaired' => 6, 'absent' => 7];
        $window = [
            'method' => 'activities', 'date_from' => '2024-09-01 00:00:00', 'date_to' => null, 'campaign_id' => 5,
            'reason' => ['fill', 'gap'], 'done' => true,
        ];
        $told = [
            'complete' => false, 'stopped' => 'max_seconds', 'seconds' => 1.5, 'requests' => 7, 'retries' => 1, 'bytes' => 5, 'pages' => 2,
            'methods' => ['activities' => $counts + [
                'recent' => ['answers' => 1, 'rows' => 2, 'new' => 30, 'lost' => 4, 'available' => false, 'more' => 1],
                'windows' => [$window + $counts + ['more' => 1]],
                'more' => 1,
            ], 'other' => $counts + ['windows' => []]],
            'gaps' => [[
                'id' => 7, 'method' => 'recentActivities', 'noticed' => '2024-09-20 12:00:00', 'reason' => 'in words', 'date_from' => null,
                'healed' => false, 'recovered' => 25, 'more' => 1,
            ]],
            'audit' => ['checked' => 2, 'equal' => 1, 'campaigns' => [[
                'campaign_id' => 5, 'equal' => false, 'service' => null, 'mirror' => null,
                'differences' => [['field' => 'opens', 'service' => 10, 'mirror' => 9, 'found' => 9, 'more' => 1]],
                'days' => ['2024-09-03'], 'recovered' => 0, 'more' => 1,
            ]], 'more' => 1],
            'webhooks' => ['confirmed' => 25, 'unconfirmed' => 3, 'oldest' => '2024-09-20 12:00:00', 'campaigns' => [5, 7], 'more' => 1],
            'pending' => [
                ['action_type' => 'emailOpened', 'expected' => null, 'absent' => null, 'problem' => 'a sentence'] + $window + $counts,
            ],
            'notes' => ['a sentence'],
            'more' => ['x' => null],
        ];
        $report = SyncReport::from(Members::of(json_encode($told, JSON_PRESERVE_ZERO_FRACTION)));
        self::assertEquals($told, json_decode(json_encode($report), true));
        self::assertSame([36, 33, 3], [
            $report->newRows(),
            $report->methods['activities']->newRows(),
            $report->methods['other']->newRows(),
        ]);
        $read = $report->methods['activities']->windows[0];
        self::assertSame(['2024-09-01', null, 5, ['fill', 'gap']], [
            $read->dateFrom->format('Y-m-d'),
            $read->dateTo,
            $read->campaignId,
            $read->reason,
        ]);
        self::assertSame('a sentence', $report->pending[0]->problem);
        self::assertSame(['2024-09-03'], $report->audit->campaigns[0]->days);
        self::assertSame(9, $report->audit->campaigns[0]->differences[0]->found);
        self::assertSame(25, $report->gaps[0]->recovered);
        self::assertSame([25, 3, [5, 7]], [$report->webhooks->confirmed, $report->webhooks->unconfirmed, $report->webhooks->campaigns]);
        self::assertSame('2024-09-20 12:00', $report->webhooks->oldest->format('Y-m-d H:i'));
        $empty = SyncReport::from(Members::of('{}'));
        self::assertSame([false, null, null], [$empty->complete, $empty->audit, $empty->webhooks], 'what an older library does not tell');
    }

    public function testTheReportKnowsAllThatTheLibraryTellsNow(): void
    {
        $progress = [];
        $report = $this->source->sync($this->mirror, audit: 'all', progress: function (SyncProgress $state) use (&$progress): void {
            $progress[] = $state;
        });
        $extras = [];
        $things = [...$progress, $report];
        while (($thing = array_shift($things)) !== null) {
            $parts = is_object($thing) ? get_object_vars($thing) : $thing;
            array_push($extras, ...array_keys($parts['extra'] ?? []));
            array_push($things, ...array_values(array_filter($parts, fn ($part) => is_object($part) || is_array($part))));
        }
        self::assertSame([], $extras);
    }

    /** @return array<string, array{array<string, mixed>}> what is not allowed */
    public static function wrong(): array
    {
        return [
            'no campaigns' => [['campaignIds' => []]],
            'a campaign that is a text' => [['campaignIds' => ['5']]],
            'a method that is none' => [['methods' => ['recentActivities']]],
            'a day that is none' => [['dateFrom' => '2024-02-30']],
            'too short an overlap' => [['overlapSeconds' => -1]],
            'an age that is none' => [['lateAges' => [0]]],
            'too many ages' => [['lateAges' => range(1, 9)]],
            'too long a reach' => [['gapReachSeconds' => 31536001]],
            'an audit that is none' => [['audit' => 'some']],
            'no time' => [['maxSeconds' => 0]],
            'no number' => [['maxSeconds' => NAN]],
            'too short a wait' => [['waitSeconds' => -0.5]],
        ];
    }

    /**
     * @dataProvider wrong
     * @param array<string, mixed> $options
     */
    public function testWhatIsNotAllowedIsNamedAndNothingIsDone(array $options): void
    {
        try {
            $this->source->sync($this->mirror, ...$options);
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            $key = strtolower(preg_replace('/[A-Z]/', '_$0', array_key_first($options)));
            self::assertContains($exception->parameter, is_nan($options['maxSeconds'] ?? 1) ? [null] : [$key]);
        }
        self::assertNotEmpty($this->source->recentActivities(), 'nothing was consumed');
    }

    public function testEveryOptionReachesTheLibrary(): void
    {
        $campaign = $this->campaigns()[0];
        $report = $this->source->sync(
            $this->mirror,
            campaignIds: ['x' => $campaign],
            methods: [7 => RowKind::SentEmails],
            dateFrom: new \DateTimeImmutable('2024-01-01'),
            recent: false,
            overlapSeconds: 0,
            lateAges: [60, 90],
            gapReachSeconds: 0,
            audit: 'none',
            maxSeconds: 60,
            waitSeconds: 0.5,
        );
        self::assertSame(['sentEmails'], array_keys($report->methods));
        self::assertSame([$campaign], array_values(array_unique(array_column($report->methods['sentEmails']->windows, 'campaignId'))));
        self::assertSame('2024-01-01', $report->methods['sentEmails']->windows[0]->dateFrom->format('Y-m-d'));
        self::assertSame(0, $report->methods['sentEmails']->recent?->answers ?? 0);
        self::assertSame([$campaign], $this->campaigns($this->mirror));
        self::assertSame([], iterator_to_array($this->mirror->activities(dateFrom: EVER)));
    }

    public function testASyncIntoWhatIsNoMirrorIsRefused(): void
    {
        $this->source->sync($this->mirror);
        foreach ([$this->source, new Client(SANDBOX), $this->file->open(readOnly: true)] as $into) {
            try {
                $this->source->sync($into);
                self::fail('was not refused');
            } catch (ArgumentException $exception) {
                self::assertNotSame('', $exception->getMessage());
            }
        }
        $this->mirror->close();
        $this->expectException(ClosedException::class);
        $this->source->sync($this->mirror);
    }

    public function testProgressTellsHowItGoes(): void
    {
        $told = [];
        $report = $this->source->sync($this->mirror, progress: function (SyncProgress $state) use (&$told): void {
            $told[] = $state;
        });
        self::assertEqualsCanonicalizing(['recent', 'rows', 'audit'], array_values(array_intersect(
            ['recent', 'rows', 'audit'],
            array_column($told, 'step'),
        )));
        $news = array_column($told, 'new');
        $sorted = $news;
        sort($sorted);
        self::assertSame($sorted, $news);
        self::assertSame($report->newRows(), end($news));
    }

    /** @return array<string, array{mixed, bool}> what progress returns, and whether it stops the sync */
    public static function answers(): array
    {
        return ['false' => [false, true], 'null' => [null, false], 'true' => [true, false], '0' => [0, false]];
    }

    /** @dataProvider answers */
    public function testFalseAloneStopsItAndTheNextGoesOn(mixed $answer, bool $stops): void
    {
        $report = $this->source->sync($this->mirror, progress: fn () => $answer);
        self::assertSame([$stops ? 'progress' : null, !$stops], [$report->stopped, $report->complete]);
        $this->goesOn();
    }

    public function testMaxSecondsStopsIt(): void
    {
        $report = $this->source->sync($this->mirror, maxSeconds: 0.001);
        self::assertSame(['max_seconds', false], [$report->stopped, $report->complete]);
        $this->goesOn();
    }

    /** @return array<string, array{\Throwable}> */
    public static function throwables(): array
    {
        return ['an exception' => [new \DomainException('by the test')], 'an error' => [new \TypeError('by the test')]];
    }

    /** @dataProvider throwables */
    public function testWhatProgressThrowsStopsItAndComesOut(\Throwable $throwable): void
    {
        $calls = 0;
        try {
            $this->source->sync($this->mirror, progress: function () use (&$calls, $throwable): void {
                $calls++;
                throw $throwable;
            });
            self::fail('nothing was thrown');
        } catch (\DomainException | \TypeError $caught) {
            self::assertSame([$throwable, 1], [$caught, $calls]);
        }
        $this->goesOn();
    }

    public function testProgressOfAnotherTypeIsToldOf(): void
    {
        $this->expectException(\TypeError::class);
        $this->source->sync($this->mirror, progress: fn (string $state) => true);
    }

    public function testAnyCallableMayBeTold(): void
    {
        self::assertSame('progress', $this->source->sync($this->mirror, progress: [$this, 'stop'])->stopped);
        self::assertSame('progress', $this->source->sync($this->mirror, progress: self::class . '::stop')->stopped);
    }

    public static function stop(SyncProgress $state): bool
    {
        return $state->step === '';
    }

    public function testProgressMayAskEveryClient(): void
    {
        $counts = [];
        $this->source->sync($this->mirror, progress: function () use (&$counts): void {
            $counts[] = count(iterator_to_array($this->mirror->activities(dateFrom: EVER)));
            $this->source->activities()->page();
        });
        self::assertSame(count(iterator_to_array($this->source->activities(dateFrom: EVER))), end($counts));
    }

    public function testProgressMayCancel(): void
    {
        foreach ([$this->source, $this->mirror] as $client) {
            try {
                $this->source->sync($this->mirror, progress: fn () => $client->cancel());
                self::fail('was not cancelled');
            } catch (CancelledException) {
            }
        }
        $this->goesOn();
    }

    public function testASecondSyncIntoTheSameMirrorSaysWhoHoldsIt(): void
    {
        [$other, $same] = [new Client(SANDBOX), $this->file->open()];
        try {
            $this->source->sync($this->mirror, progress: fn () => $other->sync($same));
            self::fail('there were two');
        } catch (StoreException $exception) {
            self::assertStringContainsString('under way: this process', $exception->getMessage());
        }
        $this->goesOn();
    }

    public function testLinesOfBothClientsAreLoggedAndWhatALoggerThrowsComesOut(): void
    {
        [$first, $second] = [new Lines(), new Lines()];
        $source = new Client(Server::url('rows=30'), apiKey: KEY, logger: $first);
        $this->mirror->setLogger($second);
        $source->sync($this->mirror, audit: 'none');
        self::assertNotEmpty($first->lines);
        $source->setLogger(new Lines(fn () => throw new \DomainException('the disk is full')));
        $this->expectExceptionMessage('the disk is full');
        $source->sync($this->mirror, audit: 'none');
    }

    public function testNothingIsHeldAfterwards(): void
    {
        $progress = function (): void {
        };
        $this->source->sync($this->mirror, progress: $progress);
        $held = \WeakReference::create($progress);
        unset($progress);
        self::assertNull($held->get());
    }

    private function goesOn(): void
    {
        self::assertTrue($this->source->sync($this->mirror)->complete);
        self::assertEquals(
            iterator_to_array($this->source->activities(dateFrom: EVER)),
            iterator_to_array($this->mirror->activities(dateFrom: EVER)),
        );
    }

    /** @return list<int> */
    private function campaigns(?Client $client = null): array
    {
        $rows = iterator_to_array(($client ?? $this->source)->sentEmails(dateFrom: EVER));
        return array_values(array_unique(array_map(fn (SentEmail $row) => $row->campaignId, $rows)));
    }
}
