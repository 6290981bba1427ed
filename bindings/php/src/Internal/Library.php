<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use FFI;
use FFI\CData;
use Inwise\Exception\LibraryException;

/**
 * The one door to libinwise.so. Every call of FFI is in this class and in the Loader, since under ffi.enable=preload only
 * preloaded code may make one. Texts that the library gives are freed here, and failures become exceptions.
 *
 * @internal
 */
final class Library
{
    /** The version of this package; the library must have the same major and minor number. */
    public const VERSION = '0.1.0';

    private static ?self $loaded = null;

    /** An array of one: the C function through which all clients log. PHP frees such a function only when a request ends. */
    private ?CData $logFunction = null;

    /** @var array<int, array{string, CData}> what is open: the function that closes it, and the handle */
    private array $open = [];

    /** @var array<int, array{LogSink, CData}> by the number that stands in the CData, which is the function's context */
    private array $sinks = [];

    private function __construct(private readonly FFI $ffi)
    {
    }

    /** @throws LibraryException */
    public static function get(): self
    {
        if (self::$loaded === null) {
            self::$loaded = new self(Loader::load());
            register_shutdown_function(self::$loaded->closeAfterFatalError(...));
        }
        return self::$loaded;
    }

    public function version(): string
    {
        return $this->ffi->inwise_version();
    }

    /**
     * @param string $options JSON. By reference, and emptied before anything is thrown: the API key stands in it, and a
     *     backtrace shows what a parameter holds at that moment.
     */
    public function open(string $url, #[\SensitiveParameter] string &$options): CData
    {
        [$client, $error] = [$this->ffi->new('inwise_client *'), $this->ffi->new('char *')];
        $status = $this->ffi->inwise_open($url, $options, FFI::addr($client), FFI::addr($error));
        $options = '';
        $this->check($status, $error);
        return $this->opened('inwise_close', $client);
    }

    /**
     * Asks a client a question, a cursor how it stands, or a funnel for its summary.
     *
     * @param string $function the C function
     * @param ?string $query JSON; null for a function that takes none
     * @return string JSON
     */
    public function ask(string $function, CData $handle, ?string $query = null): string
    {
        $text = $this->ffi->new('char *');
        $status = $query === null
            ? $this->ffi->{$function}($handle, FFI::addr($text))
            : $this->ffi->{$function}($handle, $query, FFI::addr($text));
        return $this->check($status, $text);
    }

    public function openCursor(CData $client, string $method, string $query): CData
    {
        [$cursor, $error] = [$this->ffi->new('inwise_cursor *'), $this->ffi->new('char *')];
        $status = $this->ffi->inwise_cursor_open($client, $method, $query, FFI::addr($cursor), FFI::addr($error));
        $this->check($status, $error);
        return $this->opened('inwise_cursor_close', $cursor);
    }

    /** @return ?string the next rows as JSON; null at the end */
    public function next(CData $cursor): ?string
    {
        $text = $this->ffi->new('char *');
        $status = $this->ffi->inwise_cursor_next($cursor, FFI::addr($text));
        $rows = $this->check($status, $text);
        return $status === $this->ffi->INWISE_DONE ? null : $rows;
    }

    public function createFunnel(): CData
    {
        [$funnel, $error] = [$this->ffi->new('inwise_funnel *'), $this->ffi->new('char *')];
        $this->check($this->ffi->inwise_funnel_create(null, FFI::addr($funnel), FFI::addr($error)), $error);
        return $this->opened('inwise_funnel_close', $funnel);
    }

    public function loadFunnel(string $bytes): CData
    {
        [$funnel, $error] = [$this->ffi->new('inwise_funnel *'), $this->ffi->new('char *')];
        $length = strlen($bytes);
        // FFI gives a PHP string to a char pointer alone, not to an unsigned one.
        $copy = $this->ffi->new('unsigned char[' . max($length, 1) . ']');
        FFI::memcpy($copy, $bytes, $length);
        $status = $this->ffi->inwise_funnel_load($copy, $length, FFI::addr($funnel), FFI::addr($error));
        $this->check($status, $error);
        return $this->opened('inwise_funnel_close', $funnel);
    }

    public function addToFunnel(CData $funnel, string $kind, string $rows): void
    {
        $error = $this->ffi->new('char *');
        $status = $this->ffi->inwise_funnel_add($funnel, $kind, $rows, strlen($rows), FFI::addr($error));
        $this->check($status, $error);
    }

    public function mergeFunnel(CData $into, CData $from): void
    {
        $this->check($this->ffi->inwise_funnel_merge($into, $from));
    }

    public function saveFunnel(CData $funnel): string
    {
        [$bytes, $length] = [$this->ffi->new('unsigned char *'), $this->ffi->new('size_t')];
        $this->check($this->ffi->inwise_funnel_save($funnel, FFI::addr($bytes), FFI::addr($length)));
        try {
            return FFI::string($bytes, $length->cdata);
        } finally {
            $this->ffi->inwise_free_bytes($bytes);
        }
    }

    public function cancel(CData $client): void
    {
        $this->check($this->ffi->inwise_cancel($client));
    }

    /** Closing again does nothing. */
    public function close(CData $handle): void
    {
        [$function] = $this->open[spl_object_id($handle)] ?? [null];
        if ($function !== null) {
            unset($this->open[spl_object_id($handle)]);
            $this->ffi->{$function}($handle);
        }
    }

    /** Sends a client's lines of a level and graver to a sink, until forget. 0 stops them. */
    public function setLog(CData $client, int $level, LogSink $sink): void
    {
        $number = spl_object_id($sink);
        if (!isset($this->sinks[$number])) {
            $context = $this->ffi->new('int64_t');
            $context->cdata = $number;
            $this->sinks[$number] = [$sink, $context];
        }
        $this->check($this->ffi->inwise_set_log(
            $client,
            $level,
            $this->logFunction()[0],
            FFI::addr($this->sinks[$number][1]),
        ));
    }

    /** To be called when the sink's client is closed: only then nothing comes any more. */
    public function forget(LogSink $sink): void
    {
        unset($this->sinks[spl_object_id($sink)]);
    }

    private function opened(string $close, CData $handle): CData
    {
        $this->open[spl_object_id($handle)] = [$close, $handle];
        return $handle;
    }

    /**
     * PHP runs no destructor after a fatal error, such as a limit that was reached, and in a web server the process goes on:
     * what the request had open would stay for ever, connections too. If it died within a logger, a call of the library was
     * cut short, and no other may follow.
     */
    private function closeAfterFatalError(): void
    {
        $isFatal = ((error_get_last()['type'] ?? 0) & (E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR)) !== 0;
        $isCut = array_filter($this->sinks, fn (array $entry) => $entry[0]->isWriting()) !== [];
        if ($isFatal && !$isCut) {
            array_map(fn (array $entry) => $this->close($entry[1]), $this->open);
        }
    }

    private function logFunction(): CData
    {
        if ($this->logFunction === null) {
            $this->logFunction = $this->ffi->new('inwise_log_fn[1]');
            $this->logFunction[0] = function (int $level, string $line, CData $context): void {
                $number = $this->ffi->cast('int64_t *', $context)[0];
                if (isset($this->sinks[$number])) {
                    $this->sinks[$number][0]->write($level, $line);
                }
            };
        }
        return $this->logFunction;
    }

    /** Frees the text; returns it if the call went well, and throws it if not. */
    private function check(int $status, ?CData $text = null): string
    {
        $taken = '';
        if ($text !== null && !FFI::isNull($text)) {
            try {
                $taken = FFI::string($text);
            } finally {
                $this->ffi->inwise_free($text);
            }
        }
        return $status >= 0 ? $taken : throw Failure::from($status, $this->ffi->inwise_status_name($status), $taken);
    }
}
