<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** The call's time ran out. */
final class TimeoutException extends \RuntimeException implements InwiseException
{
    use Details;
}
