<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* Forks children that read a mirror with their parent's client while the parent syncs into it; prints how they ended. */

use Inwise\Client;
use Inwise\Tests\TemporaryMirror;

require __DIR__ . '/../bootstrap.php';

$file = new TemporaryMirror();
$source = new Client('sandbox:?seed=7&campaigns=2&contacts=300&now=2024-09-20T12:00:00', pageSize: 50);
$mirror = $file->open();
$campaign = 1958368;
$source->sync($mirror, campaignIds: [$campaign], recent: false);
$before = $mirror->activitiesSummary($campaign);

$children = [];
for ($i = 0; $i < 4; $i++) {
    $child = pcntl_fork();
    if ($child === 0) {
        $isWell = true;
        for ($round = 0; $round < 20; $round++) {
            $isWell = $isWell && $mirror->activitiesSummary($campaign) == $before && count($mirror->recentActivities(consumer: 'crm')) > 0;
        }
        $mirror->acknowledge('recentActivities', consumer: "child $i");
        posix_kill(getmypid(), $isWell ? SIGTERM : SIGABRT); // without destructors: the file is the parent's
    }
    $children[] = $child;
}
$report = $source->sync($mirror);
$signals = [];
foreach ($children as $child) {
    pcntl_waitpid($child, $status);
    $signals[] = pcntl_wtermsig($status);
}
echo json_encode([
    'children' => array_values(array_unique($signals)),
    'parent' => $report->complete,
    'equal' => $mirror->activitiesSummary($campaign) == $source->activitiesSummary($campaign),
]), "\n";
