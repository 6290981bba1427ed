<?php

// SPDX-License-Identifier: MIT

/*
 * Brings a mirror in step with a source, tells a campaign's funnel from it, and hands its new activities to a consumer, "crm".
 *
 *     INWISE_API_KEY=… php mirror.php https://api.inwise.com/rest/v1 file:mirror.db 1958368
 *
 * Exit code 0, 1 if the mirror is not complete, or 2 if something failed.
 */

declare(strict_types=1);

use Inwise\Activity;
use Inwise\Client;
use Inwise\Exception\InwiseException;
use Inwise\SyncGap;
use Inwise\SyncProgress;
use Inwise\SyncReport;

require __DIR__ . '/../../bindings/php/autoload.php'; // with Composer: vendor/autoload.php

function showProgress(SyncProgress $state): void
{
    fwrite(STDERR, "\r$state->rows rows");
}

function printReport(SyncReport $report): void
{
    foreach (['sentEmails', 'undelivered', 'activities'] as $method) {
        printf("%-11s %8d new rows\n", $method, $report->methods[$method]->newRows());
    }
    if ($report->complete) {
        echo "The mirror is complete.\n";
        return;
    }
    printf(
        "The mirror is not complete: %d windows to read, %d gaps, %d campaigns that differ.\n",
        count($report->pending),
        count(array_filter($report->gaps, fn (SyncGap $gap) => !$gap->healed)),
        $report->audit?->checked - $report->audit?->equal,
    );
}

function line(Activity $activity): string
{
    $date = $activity->actionDate?->format('Y-m-d H:i:s');
    return implode(' ', array_map(
        fn ($value) => $value ?? '-',
        [$date, $activity->actionType, $activity->campaignId, $activity->contactId],
    )) . "\n";
}

/** What "crm" has not acknowledged; acknowledged once it is printed. */
function handOver(Client $mirror): void
{
    while (($rows = $mirror->recentActivities(consumer: 'crm')) !== []) {
        echo implode('', array_map('line', $rows));
        $mirror->acknowledge('recentActivities', consumer: 'crm');
    }
}

function work(Client $source, Client $mirror, int $campaign): int
{
    $isTerminal = stream_isatty(STDERR);
    try {
        $report = $source->sync($mirror, progress: $isTerminal ? 'showProgress' : null);
    } finally {
        fwrite(STDERR, $isTerminal ? "\n" : '');
    }
    printReport($report);
    $summary = $mirror->activitiesSummary($campaign);
    echo "Campaign $campaign: $summary->sent sent, $summary->opensUnique opened, $summary->clicksUnique clicked\n";
    handOver($mirror);
    return $report->complete ? 0 : 1;
}

if ($argc !== 4 || preg_match('/^[0-9]{1,18}$/D', $argv[3]) !== 1) {
    fwrite(STDERR, "usage: php $argv[0] URL MIRROR CAMPAIGN_ID\n");
    exit(2);
}
try {
    exit(work(new Client($argv[1], apiKey: getenv('INWISE_API_KEY') ?: null), new Client($argv[2]), (int) $argv[3]));
} catch (InwiseException $exception) {
    fwrite(STDERR, ($exception->method ?? 'inwise') . ": {$exception->getMessage()}\n");
    exit(2);
}
