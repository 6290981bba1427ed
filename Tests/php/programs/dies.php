<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* Dies, in the way that DIES names, with a client, a walk and a funnel open; prints of what. No destructor runs. */

use Inwise\Activity;
use Inwise\Client;
use Inwise\Funnel;

ini_set('display_errors', '0');
ini_set('memory_limit', '128M');
require $_SERVER['PROJECT'] . '/vendor/autoload.php';
require_once 'Psr/Log/autoload.php';

const SANDBOX = 'sandbox:?seed=7&campaigns=2&contacts=200&now=2024-09-20T12:00:00';

/** From here on what is larger than 6 MB can't be had. */
function lowerLimit(): void
{
    ini_set('memory_limit', (string) (memory_get_usage(true) + 6_000_000));
}

function logging(Closure $do): Client
{
    return new Client(SANDBOX, logger: new class ($do) extends Psr\Log\AbstractLogger {
        public function __construct(private readonly Closure $do)
        {
        }

        public function log($level, $message, array $context = []): void
        {
            ($this->do)();
        }
    });
}

header('Content-Type: text/plain');
$client = new Client($_SERVER['URL'] ?? SANDBOX);
$walk = $client->activities(dateFrom: '2000-01-01')->pages();
$funnel = (new Funnel())->add($walk->current());
$cut = null;
register_shutdown_function(function () use (&$cut): void {
    http_response_code(200);
    echo error_get_last()['message'], ' ', basename(error_get_last()['file']);
    try {
        $cut?->recentActivities();
    } catch (Inwise\Exception\InwiseException $exception) {
        echo "\n", $exception::class;
    }
});
$ways = [
    'in PHP' => fn () => str_repeat('x', 1 << 40),
    'of an answer' => function (): void {
        lowerLimit();
        (new Client($_SERVER['LARGE']))->recentActivities();
    },
    'of a funnel' => function () use ($funnel): void {
        for ($i = 0; $i < 80; $i++) {
            $funnel->add([new Activity(actionType: str_repeat('x', 100_000) . $i)]);
        }
        lowerLimit();
        $funnel->save();
    },
    'in a logger' => function () use (&$cut): void {
        $cut = logging(fn () => str_repeat('x', 1 << 40));
        $cut->recentActivities();
    },
    'of exit in a logger' => function () use (&$cut): void {
        $cut = logging(fn () => exit(1));
        $cut->recentActivities();
    },
    'in progress' => function () use (&$cut): void {
        $cut = new Client(SANDBOX);
        $cut->sync(new Client($_SERVER['MIRROR']), progress: fn () => str_repeat('x', 1 << 40));
    },
    'of exit in progress' => function () use (&$cut): void {
        $cut = new Client(SANDBOX);
        $cut->sync(new Client($_SERVER['MIRROR']), progress: fn () => exit(1));
    },
    'of time' => function () use (&$cut): void {
        // Making this account takes longer, so that the time is up when the logger's function begins.
        $cut = new Client('sandbox:?campaigns=1&contacts=600000', timeoutSeconds: 600, logger: new Psr\Log\NullLogger());
        set_time_limit(1);
        $cut->recentActivities();
    },
];
$ways[$_SERVER['DIES']]();
