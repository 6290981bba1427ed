<?php

// SPDX-License-Identifier: MIT

/*
 * Prints every activity of a month as CSV, newest rows first as they come.
 *
 *     INWISE_API_KEY=… php export.php https://api.inwise.com/rest/v1 2024-09 > activities.csv
 *
 * Exit code 0, or 2 if something failed.
 */

declare(strict_types=1);

use Inwise\Client;
use Inwise\Exception\InwiseException;

require __DIR__ . '/../../bindings/php/autoload.php'; // with Composer: vendor/autoload.php

const FIELDS = [
    'id', 'action_date', 'action_type', 'campaign_id', 'contact_id', 'external_id', 'ip', 'remarks', 'additional_data',
];

/** A line as RFC 4180 has it; fputcsv also puts quotes around what holds a space. */
function line(array $values): string
{
    $quoted = fn ($value) => strpbrk((string) $value, "\",\r\n") === false ? $value : '"' . str_replace('"', '""', $value) . '"';
    return implode(',', array_map($quoted, $values)) . "\r\n";
}

function export(Client $client, string $month): void
{
    $last = (new DateTimeImmutable("$month-01"))->format('Y-m-t');
    echo line(FIELDS);
    foreach ($client->activities(dateFrom: "$month-01", dateTo: $last) as $activity) {
        echo line([
            $activity->id, $activity->actionDate?->format('Y-m-d H:i:s'), $activity->actionType, $activity->campaignId,
            $activity->contactId, $activity->externalId, $activity->ip, $activity->remarks, $activity->additionalData,
        ]);
    }
}

if ($argc !== 3 || preg_match('/^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])$/D', $argv[2]) !== 1) {
    fwrite(STDERR, "usage: php $argv[0] URL YYYY-MM\n");
    exit(2);
}
try {
    export(new Client($argv[1], apiKey: getenv('INWISE_API_KEY') ?: null), $argv[2]);
} catch (InwiseException $exception) {
    fwrite(STDERR, ($exception->method ?? 'inwise') . ": {$exception->getMessage()}\n");
    exit(2);
}
