<?php

// SPDX-License-Identifier: MIT

/*
 * Prints a campaign's funnel, counted from every row, beside the service's own summary.
 *
 *     INWISE_API_KEY=… php funnel.php https://api.inwise.com/rest/v1 1958368
 *
 * Exit code 0 if the two agree, 1 if they don't, 2 if something failed.
 */

declare(strict_types=1);

use Inwise\Client;
use Inwise\Exception\InwiseException;
use Inwise\Funnel;

require __DIR__ . '/../../bindings/php/autoload.php'; // with Composer: vendor/autoload.php

/** The stages to show; the funnel and the service's summary name them alike. */
const STAGES = [
    'sent', 'undelivered', 'opens', 'opens_unique', 'clicks', 'clicks_unique', 'bounces', 'bounces_unique',
    'unsubscribes', 'unsubscribes_unique', 'webversions_unique', 'report_spam', 'report_spam_unique', 'onsite', 'onsite_unique',
];

function bar(int $value, int $whole): string
{
    $width = $whole > 0 ? intdiv($value * 40, $whole) : 0;
    return str_repeat('█', min($width === 0 && $value > 0 ? 1 : $width, 60));
}

function show(Client $client, string $campaign): int
{
    // Without a date the service answers for the past week only.
    $question = ['campaignId' => (int) $campaign, 'dateFrom' => '2000-01-01'];
    $funnel = new Funnel();
    $pages = 0;
    foreach ([$client->sentEmails(...$question), $client->undelivered(...$question), $client->activities(...$question)] as $rows) {
        foreach ($rows->json() as $page) {
            $funnel->addJson($rows->kind, $page);
            $pages++;
        }
    }
    $counted = $funnel->summary(campaignId: (int) $campaign)->toArray();
    $stated = $client->activitiesSummary((int) $campaign)->toArray();

    printf("Campaign %s, %d pages of rows\n\n%-20s %10s %10s\n", $campaign, $pages, '', 'counted', 'service');
    $differences = 0;
    foreach (STAGES as $stage) {
        [$ours, $theirs] = [$counted[$stage], $stated[$stage] ?? 'none'];
        printf("%-20s %10d %10s  %s", $stage, $ours, $theirs, bar($ours, $counted['sent']));
        if ($ours !== $theirs) {
            echo '  they differ';
            $differences++;
        }
        echo "\n";
    }
    if ($differences > 0) {
        printf("\nThe rows and the service's summary differ in %d of %d counts.\n", $differences, count(STAGES));
    } else {
        printf("\nThe rows add up to the service's summary in all %d counts.\n", count(STAGES));
    }
    return $differences > 0 ? 1 : 0;
}

if ($argc !== 3 || preg_match('/^[0-9]{1,18}$/D', $argv[2]) !== 1) {
    fwrite(STDERR, "usage: php $argv[0] URL CAMPAIGN_ID\n");
    exit(2);
}
try {
    exit(show(new Client($argv[1], apiKey: getenv('INWISE_API_KEY') ?: null), $argv[2]));
} catch (InwiseException $exception) {
    fwrite(STDERR, ($exception->method ?? 'inwise') . ": {$exception->getMessage()}\n");
    exit(2);
}
