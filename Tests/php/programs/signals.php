<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/*
 * A signal comes while a call with a logger is in the air: its handler does what the argument says. Prints what happened. The
 * service is a child that sends the signal before it answers.
 */

use Inwise\Client;
use Inwise\Tests\Lines;

require __DIR__ . '/../bootstrap.php';

$listening = stream_socket_server('tcp://127.0.0.1:0');
$parent = getmypid();
$service = pcntl_fork();
if ($service === 0) {
    while (($connection = stream_socket_accept($listening)) !== false) {
        while (fgets($connection) > "\r\n") {
        }
        posix_kill($parent, SIGUSR1);
        fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n[{\"id\":7}]");
        fclose($connection);
    }
}
register_shutdown_function(fn () => getmypid() === $parent && posix_kill($service, SIGKILL));

$client = new Client('http://' . stream_socket_get_name($listening, false), logger: new Lines());
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () use ($client, $argv): void {
    pcntl_signal(SIGUSR1, SIG_IGN);
    match ($argv[1]) {
        'throws' => throw new RuntimeException('from the handler'),
        'exits' => exit("exits\n"),
        'closes' => $client->close(),
        'cancels' => $client->cancel(),
        'asks' => printf("%d rows in the handler\n", count($client->recentActivities())),
    };
});
foreach ([1, 2] as $call) {
    try {
        printf("%d rows\n", count($client->recentActivities()));
    } catch (Throwable $throwable) {
        echo $throwable::class, ': ', $throwable->getMessage(), "\n";
    }
}
