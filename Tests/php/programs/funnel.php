<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* For a web server or the command line: prints a small account's funnel, and the file that the library came from. */

use Inwise\Client;
use Inwise\Funnel;

// Preloading knows the package; without it Composer's loader finds it.
require $_SERVER['PROJECT'] . '/vendor/autoload.php';

header('Content-Type: text/plain');
try {
    $client = new Client('sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00', apiKey: 'canary');
    $funnel = new Funnel();
    foreach ([$client->sentEmails(dateFrom: '2000-01-01'), $client->undelivered(), $client->activities(dateFrom: '2000-01-01')] as $rows) {
        $funnel->add($rows);
    }
    preg_match('~/.*libinwise.*~', file_get_contents('/proc/self/maps'), $library);
    echo json_encode(['funnel' => $funnel->summary(groupBy: 'day'), 'library' => $library[0]]), "\n";
} catch (Throwable $throwable) {
    echo $throwable::class, ': ', $throwable->getMessage(), "\n";
}
