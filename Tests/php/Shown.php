<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

/** What of an exception may come before someone's eyes. */
final class Shown
{
    public static function of(\Throwable $throwable): string
    {
        $texts = [];
        for ($each = $throwable; $each !== null; $each = $each->getPrevious()) {
            array_push($texts, (string) $each, $each->getTraceAsString());
            foreach ($each->getTrace() as $frame) {
                // The tests' own frames hold the key, and PHPUnit's all of PHPUnit.
                if (preg_match('/^(Inwise\\\\(?!Tests)|FFI)/', $frame['class'] ?? '') === 1) {
                    array_push($texts, print_r($frame['args'] ?? [], true), var_export($frame['args'] ?? [], true));
                }
            }
            array_push($texts, print_r((array) ($each instanceof \Inwise\Exception\InwiseException ? $each->details() : []), true));
        }
        return implode("\n", $texts);
    }
}
