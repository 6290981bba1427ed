<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** The answer is not what the API describes, or a walk never advances; or a body is no webhook. */
final class ProtocolException extends \UnexpectedValueException implements InwiseException
{
    use Details;
}
