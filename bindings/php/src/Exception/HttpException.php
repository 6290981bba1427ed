<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** Any other answer that is not a success, redirects among them. */
final class HttpException extends \RuntimeException implements InwiseException
{
    use Details;
}
