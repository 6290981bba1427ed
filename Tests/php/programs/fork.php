<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* Forks children after a first call; each goes on with its parent's client and walk, and with a client of its own. */

use Inwise\Client;

require __DIR__ . '/../bootstrap.php';

$url = $argv[1];
$client = new Client($url, apiKey: 'canary', pageSize: 100);
$walk = $client->activities(dateFrom: '2000-01-01')->pages();
$first = array_column($walk->current(), 'id');

$rest = function (iterable $pages) use ($first): int {
    $ids = $first;
    foreach ($pages as $page) {
        array_push($ids, ...array_column($page, 'id'));
    }
    return count(array_unique($ids));
};
/** Goes on where the walk stands. */
$remaining = function () use ($walk): Generator {
    for ($walk->next(); $walk->valid(); $walk->next()) {
        yield $walk->current();
    }
};

$children = [];
for ($i = 0; $i < 8; $i++) {
    $child = pcntl_fork();
    if ($child === 0) {
        $own = new Client($url, apiKey: 'canary');
        $isWell = $rest($remaining()) === 950 && count($client->undelivered(pageSize: 1000)->page()) === 950
            && count(iterator_to_array($own->sentEmails(dateFrom: '2000-01-01'))) === 950;
        exit($isWell ? 0 : 1);
    }
    $children[] = $child;
}
$codes = [];
foreach ($children as $child) {
    pcntl_waitpid($child, $status);
    $codes[] = pcntl_wifexited($status) ? pcntl_wexitstatus($status) : -1;
}
echo json_encode(['children' => array_values(array_unique($codes)), 'parent' => $rest($remaining())]), "\n";
