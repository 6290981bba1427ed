<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use FFI\CData;
use Inwise\Exception\ArgumentException;
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

    /** What the client was opened with, if anything. */
    public readonly ?int $pageSize;

    /**
     * @param string $url emptied as well, since it may be the API key by mistake
     * @param array<string, mixed> $options of inwise_open; emptied, since the API key is among them and a backtrace shows it
     */
    public function __construct(#[\SensitiveParameter] string &$url, #[\SensitiveParameter] array &$options)
    {
        $this->sink = new LogSink();
        $this->pageSize = $options['page_size'] ?? null;
        [$arguments, $url, $options] = [[$url, json_encode((object) $options, Json::FLAGS)], '', []];
        if ($arguments[1] === false) {
            throw Failure::argument('The options can\'t be written as JSON: ' . json_last_error_msg() . '.');
        }
        if (str_contains($arguments[0], "\0")) {
            throw Failure::argument('url holds a NUL byte, which no text for libinwise may.', 'url');
        }
        $this->library = Library::get();
        try {
            $this->handle = $this->library->open('inwise_open', $arguments);
        } catch (ArgumentException $exception) {
            throw $exception->parameter === 'url'
                ? Failure::argument($exception->getMessage() . ' Is it the API key? That goes into apiKey.', 'url')
                : $exception;
        }
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
        $arguments = [$this->handle, $method, $query];
        return new Cursor($this, $this->library->open('inwise_cursor_open', $arguments));
    }

    /**
     * Runs a call of this client or of its cursors that may log, and throws afterwards what a logger threw meanwhile.
     *
     * PHP's signal handlers wait until then, as they do where nothing is logged: one that throws, or ends the program, would cut
     * the library's call short.
     *
     * @template T
     * @param \Closure(): T $call
     * @return T
     */
    public function call(\Closure $call): mixed
    {
        $wait = $this->sink->logger !== null && self::holdSignals();
        try {
            return $call();
        } finally {
            try {
                self::releaseSignals($wait);
            } finally {
                $this->sink->rethrow();
            }
        }
    }

    /**
     * Brings a mirror in step with this source, and throws afterwards what progress and signals' handlers threw meanwhile. Those run
     * between its steps.
     *
     * @return string the report
     */
    public function sync(self $mirror, string $options, ?callable $progress): string
    {
        $wait = self::holdSignals();
        $sink = $progress === null && !$wait ? null : new ProgressSink($progress === null ? null : $progress(...), $wait);
        try {
            return $this->call(fn () => $mirror->call(
                fn () => $this->library->sync($this->handle, $mirror->handle, $options, $sink),
            ));
        } finally {
            try {
                self::releaseSignals($wait);
            } finally {
                $sink?->rethrow();
            }
        }
    }

    /** @return string the event */
    public function ingestWebhook(string $body, #[\SensitiveParameter] string $options): string
    {
        // Emptied by the call: a backtrace shows what a closure holds, and the token is in the options.
        $arguments = [$this->handle, $body, strlen($body), $options];
        return $this->call(function () use (&$arguments): string {
            return $this->library->call('inwise_webhook_ingest', $arguments);
        });
    }

    /** @return bool whether there are handlers that would run anywhere, and now wait until releaseSignals */
    private static function holdSignals(): bool
    {
        return function_exists('pcntl_async_signals') && pcntl_async_signals(false);
    }

    private static function releaseSignals(bool $wereHeld): void
    {
        if ($wereHeld) {
            pcntl_async_signals(true);
            pcntl_signal_dispatch();
        }
    }

    public function setLogger(?LoggerInterface $logger, string $level): void
    {
        $number = LogSink::number($level);
        $this->library->setLog($this->handle, $logger === null ? 0 : $number, $this->sink);
        $this->sink->logger = $logger;
    }

    public function cancel(): void
    {
        $this->library->cancel($this->handle);
    }

    public function close(): void
    {
        $this->library->release($this->handle);
        $this->library->forget($this->sink);
    }
}
