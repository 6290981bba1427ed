<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** HTTP 401 or 403: the key is wrong, or has no REST permission; or a webhook's address or token is not allowed. */
final class AuthException extends \RuntimeException implements InwiseException
{
    use Details;
}
