<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* Syncs URL into MIRROR; prints a line after each step, and waits for one; at the end one with what came of it. */

use Inwise\Client;

require __DIR__ . '/../bootstrap.php';

$source = new Client(getenv('URL'), pageSize: 50, pagesInFlight: 1);
$mirror = new Client(getenv('MIRROR'), now: '2024-09-20T12:00:00');
$report = $source->sync($mirror, progress: function (): void {
    echo "step\n";
    fgets(STDIN);
});
echo json_encode(['complete' => $report->complete, 'new' => $report->newRows()]), "\n";
