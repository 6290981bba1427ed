<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** libinwise.so can't be used: FFI is switched off, there is no such file, or its version is another. The message says what to do. */
final class LibraryException extends \RuntimeException implements InwiseException
{
    use Details;

    public static function because(string $message): self
    {
        return new self(['status' => 'library', 'message' => $message]);
    }
}
