<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

require_once 'Psr/Log/autoload.php'; // of Debian's php-psr-log

use Psr\Log\AbstractLogger;

/** A logger that keeps its lines, or does what it is told with them. */
final class Lines extends AbstractLogger
{
    /** @var list<array{string, string}> level and line */
    public array $lines = [];

    /** @param ?\Closure(string, string): void $do */
    public function __construct(private readonly ?\Closure $do = null)
    {
    }

    /**
     * @param mixed $level
     * @param string|\Stringable $message
     * @param array<mixed> $context
     */
    public function log($level, $message, array $context = []): void
    {
        $this->lines[] = [$level, (string) $message];
        if ($this->do !== null) {
            ($this->do)($level, (string) $message);
        }
    }
}
