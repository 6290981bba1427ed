<?php

// SPDX-License-Identifier: MIT

/*
 * Prints what is new in the activity feed. Reading the feed consumes it: each row is given once.
 *
 *     INWISE_API_KEY=… php follow.php https://api.inwise.com/rest/v1
 *
 * Asks POLLS times (0: for ever), SECONDS apart. Exit code 0, or 2 if something failed.
 */

declare(strict_types=1);

use Inwise\Activity;
use Inwise\Client;
use Inwise\Exception\InwiseException;

require __DIR__ . '/../../bindings/php/autoload.php'; // with Composer: vendor/autoload.php

/** The most rows that one answer has. */
const FULL = 1000;

function line(Activity $activity): string
{
    $date = $activity->actionDate?->format('Y-m-d H:i:s');
    return implode(' ', array_map(
        fn ($value) => $value ?? '-',
        [$date, $activity->actionType, $activity->campaignId, $activity->contactId],
    )) . "\n";
}

function follow(Client $client, int $polls, float $seconds): void
{
    for ($poll = 1; true; $poll++) {
        do {
            $rows = $client->recentActivities();
            echo implode('', array_map('line', $rows));
        } while (count($rows) === FULL);
        if ($poll === $polls) {
            return;
        }
        usleep((int) ($seconds * 1e6));
    }
}

[$polls, $seconds] = [$argv[2] ?? '0', $argv[3] ?? '60'];
$isNumber = fn (string $text): bool => preg_match('/^[0-9]{1,9}(?:\.[0-9]{1,6})?$/D', $text) === 1;
if ($argc < 2 || $argc > 4 || !ctype_digit($polls) || strlen($polls) > 9 || !$isNumber($seconds)) {
    fwrite(STDERR, "usage: php $argv[0] URL [POLLS [SECONDS]]\n");
    exit(2);
}
try {
    follow(new Client($argv[1], apiKey: getenv('INWISE_API_KEY') ?: null), (int) $polls, (float) $seconds);
} catch (InwiseException $exception) {
    fwrite(STDERR, ($exception->method ?? 'inwise') . ": {$exception->getMessage()}\n");
    exit(2);
}
