<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/**
 * All that can go wrong. Each status of the library has a class of its own; LibraryException is for a library that can't be
 * used at all. getCode() is the status's number, -1 to -14. The API key is in none of it.
 *
 * @property-read string $status the status's name: "rate_limit"
 * @property-read ?int $httpStatus what the service answered, if it did
 * @property-read ?int $attempts how many requests were sent
 * @property-read int|float|null $retryAfter seconds after which to come again, as the service told
 * @property-read ?string $method the question that failed: "activities"
 * @property-read ?string $parameter the option or key that is wrong
 */
interface InwiseException extends \Throwable
{
    /**
     * The error as the library gave it, under its names; what does not apply is left out.
     *
     * @return array<string, mixed>
     */
    public function details(): array;
}
