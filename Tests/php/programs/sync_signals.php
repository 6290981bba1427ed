<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/*
 * A signal comes while a sync is under way, from its first step on: its handler does what the argument says. Prints what happened, and
 * whether the next sync mends it.
 */

use Inwise\Client;
use Inwise\Tests\Lines;
use Inwise\Tests\TemporaryMirror;

require __DIR__ . '/../bootstrap.php';

$file = new TemporaryMirror();
$source = new Client('sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00');
$mirror = $file->open();
if ($argv[2] === 'logging') {
    $source->setLogger(new Lines());
    $mirror->setLogger(new Lines());
}
$stop = $isHandled = false;
$steps = $stepsAtSignal = 0;
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () use (&$stop, &$isHandled, &$steps, $source, $argv): void {
    $isHandled = true;
    echo "handled before step $steps\n";
    match ($argv[1]) {
        'throws' => throw new RuntimeException('from the handler'),
        'cancels' => $source->cancel(),
        'closes' => $source->close(),
        'sets' => $stop = true,
        'does nothing' => null,
        'exits' => exit(5),
    };
});
try {
    $report = $source->sync($mirror, progress: function () use (&$stop, &$steps): bool {
        if (++$steps === 1) {
            posix_kill(getmypid(), SIGUSR1);
        }
        return !$stop;
    });
    echo $report->stopped ?? 'complete', "\n";
} catch (Throwable $throwable) {
    echo $throwable::class, "\n";
}
echo pcntl_async_signals() ? '' : "signals are off\n";
$source = new Client('sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00');
echo $source->sync($mirror)->complete ? "mended\n" : "not mended\n";
