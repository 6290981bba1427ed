<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** An option, key or value that is not allowed; `parameter` names it. Nothing was sent. */
final class ArgumentException extends \InvalidArgumentException implements InwiseException
{
    use Details;
}
