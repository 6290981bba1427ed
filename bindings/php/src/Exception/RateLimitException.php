<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** HTTP 429 after the retries, or told to come back later than the call may take: `retryAfter` says when. */
final class RateLimitException extends \RuntimeException implements InwiseException
{
    use Details;
}
