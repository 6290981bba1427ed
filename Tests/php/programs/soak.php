<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/*
 * Opens, iterates and closes 10,000 times, in every way there is to leave a walk, syncs 500 times, and prints what the process
 * holds after a warm-up and at the end: resident kilobytes and open files; and where in the library's tables the next handles come
 * to stand.
 */

use Inwise\Client;
use Inwise\Exception\CancelledException;
use Inwise\Exception\ServerException;
use Inwise\Funnel;
use Inwise\Internal\Library;
use Inwise\Tests\TemporaryMirror;
use Psr\Log\NullLogger;

require __DIR__ . '/../bootstrap.php';

const WARM_UP = 2000;
const ROUNDS = 10000;

/** @return array{int, int} */
function held(): array
{
    gc_collect_cycles();
    preg_match('/^VmRSS:\s+(\d+) kB/m', file_get_contents('/proc/self/status'), $resident);
    return [(int) $resident[1], count(scandir('/proc/self/fd'))];
}

/**
 * A handle's low 24 bits are its place, and the lowest free one is taken: 0 where no other handle of its kind is open.
 *
 * @return list<int>
 */
function places(): array
{
    $open = fn (string $function, mixed ...$arguments): FFI\CData => Library::get()->open($function, $arguments);
    $client = $open('inwise_open', 'sandbox:', '{}');
    $handles = [$client, $open('inwise_cursor_open', $client, 'activities', '{}'), $open('inwise_funnel_create', null)];
    return array_map(function (FFI\CData $handle): int {
        $number = FFI::cdef()->new('uintptr_t');
        FFI::memcpy(FFI::addr($number), FFI::addr($handle), FFI::sizeof($number));
        return $number->cdata & 0xFFFFFF;
    }, $handles);
}

function once(int $number): int
{
    $client = new Client(
        'sandbox:?seed=7&campaigns=1&contacts=10&now=2024-09-20T12:00:00' . ($number % 10 === 9 ? '&fail_rate=1' : ''),
        apiKey: 'canary',
        maxRetries: 0,
        logger: $number % 4 === 0 ? new NullLogger() : null,
    );
    $rows = $client->sentEmails(dateFrom: '2000-01-01', pageSize: 4);
    $seen = 0;
    try {
        foreach ($rows as $row) {
            $seen++;
            if ($number % 5 === 1) {
                break;
            }
        }
        if ($number % 5 === 2) {
            $abandoned = $rows->pages();
            $abandoned->current();
        }
        if ($number % 5 === 3) {
            Funnel::load((new Funnel())->add($rows)->save())->summary();
        }
    } catch (ServerException) {
        return $seen;
    }
    if ($number % 2 === 0) {
        $client->close();
    }
    return $seen;
}

/** A sync, in each way that it ends. */
function syncOnce(TemporaryMirror $file, int $number): void
{
    $source = new Client('sandbox:?seed=7&campaigns=1&contacts=3&days=2&now=2024-09-20T12:00:00');
    $progress = [null, fn () => false, fn () => throw new DomainException(), fn () => $source->cancel()][$number % 4];
    try {
        $mirror = $file->open();
        $source->sync($mirror, progress: $progress);
    } catch (DomainException | CancelledException) {
    }
    $mirror->recentActivities(consumer: 'crm');
    $mirror->acknowledge('recentActivities', consumer: 'crm');
}

$file = new TemporaryMirror();
$rows = 0;
$warm = null;
for ($round = 0; $round < ROUNDS; $round++) {
    if ($round === WARM_UP) {
        $warm = held();
    }
    $rows += once($round);
    if ($round % 20 === 0) {
        syncOnce($file, intdiv($round, 20));
    }
}
echo json_encode(['rows' => $rows, 'warm' => $warm, 'end' => held(), 'places' => places()]), "\n";
