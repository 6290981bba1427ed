<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use Inwise\SyncProgress;

/**
 * Whom a sync tells how it goes. What is thrown meanwhile must not cross C: it stops the sync, and is thrown when that has returned.
 *
 * @internal
 */
final class ProgressSink
{
    private ?\Throwable $thrown = null;

    /** @param bool $runsSignals whether handlers of signals run here, since nowhere else can they during the call */
    public function __construct(private readonly ?\Closure $progress, private readonly bool $runsSignals)
    {
    }

    /** @return bool whether to go on */
    public function tell(string $progress): bool
    {
        if ($this->runsSignals) {
            pcntl_signal_dispatch();
        }
        return $this->progress === null || ($this->progress)(SyncProgress::from(Members::of($progress))) !== false;
    }

    public function keep(\Throwable $throwable): void
    {
        $this->thrown ??= $throwable;
    }

    public function rethrow(): void
    {
        if ($this->thrown !== null) {
            throw $this->thrown;
        }
    }
}
