<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/*
 * For a web server, while another process syncs: a campaign's summary and the funnel of its rows, out of the mirror that MIRROR names.
 * They are two questions; so the summary is asked before and after the rows, until no step of the sync came between.
 */

use Inwise\Client;
use Inwise\Funnel;

require $_SERVER['PROJECT'] . '/vendor/autoload.php';

header('Content-Type: text/plain');
try {
    $mirror = new Client($_SERVER['MIRROR'], readOnly: true, now: '2024-09-20T12:00:00');
    do {
        $summary = $mirror->activitiesSummary(1958368);
        $funnel = new Funnel();
        foreach (['sentEmails', 'undelivered', 'activities'] as $method) {
            $funnel->add($mirror->{$method}(campaignId: 1958368, dateFrom: '2000-01-01'));
        }
        $counted = array_intersect_key($funnel->summary()->toArray(), $summary->toArray());
    } while ($mirror->activitiesSummary(1958368) != $summary);
    echo json_encode(['equal' => $counted === $summary->toArray(), 'sent' => $summary->sent]);
} catch (Throwable $throwable) {
    echo $throwable::class, ': ', $throwable->getMessage();
}
