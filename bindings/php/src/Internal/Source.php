<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use FFI\CData;
use Psr\Log\LoggerInterface;

/**
 * An open client of the library. It is shared by a Client and its walks, and closed when the last of them is gone.
 *
 * @internal
 */
final class Source
{
    use Unique;

    private readonly Library $library;
    private readonly CData $handle;
    private readonly LogSink $sink;

    /** @param array<string, mixed> $options of inwise_open; emptied, since the API key is among them and a backtrace shows it */
    public function __construct(string $url, #[\SensitiveParameter] array &$options)
    {
        $json = json_encode((object) $options, Json::FLAGS);
        $options = [];
        if ($json === false) {
            throw Failure::argument('The options can\'t be written as JSON: ' . json_last_error_msg() . '.');
        }
        $this->sink = new LogSink();
        $this->library = Library::get();
        $this->handle = $this->library->open(Json::withoutNul($url, 'url'), $json);
    }

    public function __destruct()
    {
        // Not set if the constructor threw.
        if (isset($this->handle)) {
            $this->close();
        }
    }

    /** @return string JSON */
    public function ask(string $function, string $query): string
    {
        return $this->call(fn () => $this->library->ask($function, $this->handle, $query));
    }

    public function cursor(string $method, string $query): Cursor
    {
        return $this->call(fn () => new Cursor($this, $this->library->openCursor($this->handle, $method, $query)));
    }

    /**
     * Runs a call of this client or of its cursors, and throws afterwards what a logger threw meanwhile.
     *
     * @template T
     * @param \Closure(): T $call
     * @return T
     */
    public function call(\Closure $call): mixed
    {
        $this->sink->refuseFromWithin();
        try {
            return $call();
        } finally {
            $this->sink->rethrow();
        }
    }

    public function setLogger(?LoggerInterface $logger, string $level): void
    {
        $number = LogSink::number($level);
        $this->call(function () use ($logger, $number): void {
            $this->sink->logger = $logger;
            $this->library->setLog($this->handle, $logger === null ? 0 : $number, $this->sink);
        });
    }

    public function cancel(): void
    {
        $this->library->cancel($this->handle);
    }

    public function close(): void
    {
        $this->sink->refuseFromWithin();
        $this->library->close($this->handle);
        $this->library->forget($this->sink);
    }
}
