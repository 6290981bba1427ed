<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use Psr\Log\LoggerInterface;

/**
 * Where a client's log lines go. What a logger throws must not cross C: it is kept, and thrown when the call has returned.
 *
 * @internal
 */
final class LogSink
{
    /** The library's levels, 1 to 4, in PSR-3's words. */
    private const LEVELS = [1 => 'error', 2 => 'warning', 3 => 'info', 4 => 'debug'];

    public ?LoggerInterface $logger = null;

    private ?\Throwable $thrown = null;

    /** The library's number for one of PSR-3's eight levels: those that the library doesn't have are like the next graver one. */
    public static function number(string $level): int
    {
        return match ($level) {
            'debug' => 4,
            'info' => 3,
            'notice', 'warning' => 2,
            'error', 'critical', 'alert', 'emergency' => 1,
            default => throw Failure::argument(
                'The log level must be one of PSR-3: debug, info, notice, warning, error, critical, alert, emergency.',
                'logLevel',
            ),
        };
    }

    public function write(int $level, string $line): void
    {
        $this->logger?->log(self::LEVELS[$level] ?? 'debug', $line);
    }

    public function keep(\Throwable $throwable): void
    {
        $this->thrown ??= $throwable;
    }

    public function rethrow(): void
    {
        [$thrown, $this->thrown] = [$this->thrown, null];
        if ($thrown !== null) {
            throw $thrown;
        }
    }
}
