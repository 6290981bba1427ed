<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** HTTP 5xx after the retries. */
final class ServerException extends \RuntimeException implements InwiseException
{
    use Details;
}
