<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** No memory for a result. */
final class OutOfMemoryException extends \RuntimeException implements InwiseException
{
    use Details;
}
