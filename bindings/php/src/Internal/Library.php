<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use FFI;
use FFI\CData;
use Inwise\Exception\LibraryException;

/**
 * The one door to libinwise.so. Every call of FFI is in this class and in the Loader, since under ffi.enable=preload only
 * preloaded code may make one. What the library gives is given back here, and failures become exceptions.
 *
 * @internal
 */
final class Library
{
    /** The version of this package; the library must have the same major and minor number. */
    public const VERSION = '0.1.0';

    /** What ends a program without its destructors. */
    private const FATAL = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;

    /** Where a handle comes from, what it is, and where it goes. */
    private const HANDLES = [
        'inwise_open' => ['inwise_client *', 'inwise_close'],
        'inwise_cursor_open' => ['inwise_cursor *', 'inwise_cursor_close'],
        'inwise_funnel_create' => ['inwise_funnel *', 'inwise_funnel_close'],
        'inwise_funnel_load' => ['inwise_funnel *', 'inwise_funnel_close'],
    ];

    private static ?self $loaded = null;

    /** An array of one: the C function through which all clients log. PHP frees such a function only when a request ends. */
    private ?CData $logFunction = null;

    /** The same through which all syncs tell how they go. */
    private ?CData $progressFunction = null;

    /** @var array<int, array{string, CData}> what the library gave, from before the call on: the function that takes it back, and it */
    private array $held = [];

    /** @var array<int, array{LogSink|ProgressSink, CData}> by the number that stands in the CData, which is the function's context */
    private array $sinks = [];

    private function __construct(private readonly FFI $ffi)
    {
    }

    /** @throws LibraryException */
    public static function get(): self
    {
        return self::$loaded ??= self::load();
    }

    private static function load(): self
    {
        try {
            $library = new self(Loader::load());
            register_shutdown_function($library->releaseAfterFatalError(...));
            return $library;
        } catch (\Error $error) {
            // A class or a function that this PHP is without.
            throw LibraryException::because("PHP lacks something that libinwise is called with. {$error->getMessage()}.");
        }
    }

    public function version(): string
    {
        return $this->ffi->inwise_version();
    }

    /**
     * Makes a client, a cursor or a funnel, to be given to release.
     *
     * @param key-of<self::HANDLES> $function the C function
     * @param list<mixed> $arguments up to the handle. By reference, and emptied: the API key stands in those of inwise_open, and a
     *     backtrace shows what a parameter holds at that moment.
     */
    public function open(string $function, #[\SensitiveParameter] array &$arguments): CData
    {
        $handle = $this->hold(...self::HANDLES[$function]);
        try {
            [$all, $arguments] = [[...$arguments, FFI::addr($handle)], []];
            $this->call($function, $all);
            return $handle;
        } catch (\Throwable $throwable) {
            $this->release($handle);
            throw $throwable;
        }
    }

    /**
     * Calls a C function whose last parameter receives a text: gives that, or "" for none, or throws it.
     *
     * @param list<mixed> $arguments all before the text; by reference and emptied, as of open
     */
    public function call(string $function, #[\SensitiveParameter] array &$arguments): string
    {
        $text = $this->hold('char *', 'inwise_free');
        try {
            [$all, $arguments] = [[...$arguments, FFI::addr($text)], []];
            $status = $this->ffi->{$function}(...$all);
            $taken = FFI::isNull($text) ? '' : FFI::string($text);
        } finally {
            $this->release($text);
        }
        return $this->check($status, $taken);
    }

    /**
     * Asks a client a question, a cursor for its rows or how it stands, or a funnel for its summary.
     *
     * @param string $function the C function
     * @param ?string $query JSON; null for a function that takes none
     * @return string JSON, or "" where there is no more
     */
    public function ask(string $function, CData $handle, ?string $query = null): string
    {
        $arguments = $query === null ? [$handle] : [$handle, $query];
        return $this->call($function, $arguments);
    }

    public function loadFunnel(string $bytes): CData
    {
        $length = strlen($bytes);
        // FFI gives a PHP string to a char pointer alone, not to an unsigned one.
        $copy = $this->ffi->new('unsigned char[' . max($length, 1) . ']');
        FFI::memcpy($copy, $bytes, $length);
        $arguments = [$copy, $length];
        return $this->open('inwise_funnel_load', $arguments);
    }

    public function addToFunnel(CData $funnel, string $kind, string $rows): void
    {
        $arguments = [$funnel, $kind, $rows, strlen($rows)];
        $this->call('inwise_funnel_add', $arguments);
    }

    public function mergeFunnel(CData $into, CData $from): void
    {
        $this->check($this->ffi->inwise_funnel_merge($into, $from));
    }

    public function saveFunnel(CData $funnel): string
    {
        [$bytes, $length] = [$this->hold('unsigned char *', 'inwise_free_bytes'), $this->ffi->new('size_t')];
        try {
            $this->check($this->ffi->inwise_funnel_save($funnel, FFI::addr($bytes), FFI::addr($length)));
            return FFI::string($bytes, $length->cdata);
        } finally {
            $this->release($bytes);
        }
    }

    public function cancel(CData $client): void
    {
        $this->check($this->ffi->inwise_cancel($client));
    }

    /** Closes or frees what open made. Again it does nothing. */
    public function release(CData $thing): void
    {
        [$function] = $this->held[spl_object_id($thing)] ?? [null];
        if ($function !== null) {
            unset($this->held[spl_object_id($thing)]);
            $this->ffi->{$function}($thing);
        }
    }

    /** Sends a client's lines of a level and graver to a sink, until forget. 0 stops them. */
    public function setLog(CData $client, int $level, LogSink $sink): void
    {
        $this->check($this->ffi->inwise_set_log($client, $level, $this->logFunction()[0], $this->context($sink)));
    }

    /** To be called when the sink's client is closed: only then nothing comes any more. */
    public function forget(LogSink|ProgressSink $sink): void
    {
        unset($this->sinks[spl_object_id($sink)]);
    }

    /**
     * Brings a mirror in step with a source.
     *
     * @param ?ProgressSink $sink null for none
     * @return string the report
     */
    public function sync(CData $from, CData $into, string $options, ?ProgressSink $sink): string
    {
        $told = $sink === null ? [null, null] : [$this->progressFunction()[0], $this->context($sink)];
        $arguments = [$from, $into, $options, ...$told];
        try {
            return $this->call('inwise_sync', $arguments);
        } finally {
            if ($sink !== null) {
                $this->forget($sink);
            }
        }
    }

    /** What a C function of this class is given to find its sink by. */
    private function context(LogSink|ProgressSink $sink): CData
    {
        $number = spl_object_id($sink);
        if (!isset($this->sinks[$number])) {
            $context = $this->ffi->new('int64_t');
            $context->cdata = $number;
            $this->sinks[$number] = [$sink, $context];
        }
        return FFI::addr($this->sinks[$number][1]);
    }

    /** The sink of a context, while it is not forgotten. */
    private function sink(CData $context): LogSink|ProgressSink|null
    {
        return $this->sinks[$this->ffi->cast('int64_t *', $context)[0]][0] ?? null;
    }

    /** A pointer, nowhere yet, for the library to give something through. */
    private function hold(string $type, string $release): CData
    {
        $thing = $this->ffi->new($type);
        $this->held[spl_object_id($thing)] = [$release, $thing];
        return $thing;
    }

    /**
     * PHP runs no destructor and no finally after a fatal error, such as a limit that was reached, and in a web server the process
     * goes on: what the request had would stay for ever, connections too. If it died within a logger, a call of the library was
     * cut short: that client's memory and connection do stay, since nobody can tell the library where it was.
     */
    private function releaseAfterFatalError(): void
    {
        if (((error_get_last()['type'] ?? 0) & self::FATAL) !== 0) {
            foreach ($this->held as [, $thing]) {
                $this->release($thing);
            }
        }
    }

    private function logFunction(): CData
    {
        if ($this->logFunction === null) {
            $this->logFunction = $this->ffi->new('inwise_log_fn[1]');
            $this->logFunction[0] = function (int $level, string $line, CData $context): void {
                $sink = null;
                // Nothing may be thrown across C. The garbage collector runs destructors, and they throw, anywhere.
                try {
                    $sink = $this->sink($context);
                    $sink?->write($level, $line);
                } catch (\Throwable $throwable) {
                    $sink?->keep($throwable);
                }
            };
        }
        return $this->logFunction;
    }

    private function progressFunction(): CData
    {
        if ($this->progressFunction === null) {
            $this->progressFunction = $this->ffi->new('inwise_progress_fn[1]');
            $this->progressFunction[0] = function (string $progress, CData $context): int {
                $sink = null;
                try {
                    $sink = $this->sink($context);
                    return $sink?->tell($progress) === true ? 0 : 1;
                } catch (\Throwable $throwable) {
                    $sink?->keep($throwable);
                    return 1;
                }
            };
        }
        return $this->progressFunction;
    }

    private function check(int $status, string $text = ''): string
    {
        return $status >= 0 ? $text : throw Failure::from($status, $this->ffi->inwise_status_name($status), $text);
    }
}
