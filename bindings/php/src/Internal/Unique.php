<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

/**
 * What stands for something in the library: it can't be cloned or serialised.
 *
 * @internal
 */
trait Unique
{
    private function __clone()
    {
    }

    /** @return never */
    public function __serialize(): array
    {
        throw new \LogicException(self::class . ' stands for something in this process and can\'t be serialised.');
    }

    /** @param array<array-key, mixed> $data */
    public function __unserialize(array $data): void
    {
        throw new \LogicException(self::class . ' can\'t be unserialised.');
    }
}
