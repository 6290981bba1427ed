<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** No connection, a broken one, or TLS that can't be trusted. */
final class NetworkException extends \RuntimeException implements InwiseException
{
    use Details;
}
