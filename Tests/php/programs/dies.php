<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* For a web server: reaches the memory limit with a client, a walk and a funnel open. No destructor runs. */

use Inwise\Client;
use Inwise\Funnel;

ini_set('display_errors', '0');
require $_SERVER['PROJECT'] . '/vendor/autoload.php';

header('Content-Type: text/plain');
$client = new Client('sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00');
$walk = $client->activities(dateFrom: '2000-01-01')->pages();
$funnel = (new Funnel())->add($walk->current());
register_shutdown_function(function (): void {
    http_response_code(200);
    echo error_get_last()['message'];
});
str_repeat('x', 1 << 40);
