<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/**
 * What every exception of this package carries.
 *
 * @internal
 */
trait Details
{
    public readonly string $status;
    public readonly ?int $httpStatus;
    public readonly ?int $attempts;
    public readonly int|float|null $retryAfter;
    public readonly ?string $method;
    public readonly ?string $parameter;

    /** @param array<string, mixed> $details the error as the library gives it */
    final public function __construct(private readonly array $details, ?\Throwable $previous = null)
    {
        $integer = fn (string $name): ?int => is_int($details[$name] ?? null) ? $details[$name] : null;
        $text = fn (string $name): ?string => is_string($details[$name] ?? null) ? $details[$name] : null;
        $retryAfter = $details['retry_after'] ?? null;
        parent::__construct($text('message') ?? '', $integer('code') ?? 0, $previous);
        $this->status = $text('status') ?? '';
        $this->httpStatus = $integer('http_status');
        $this->attempts = $integer('attempts');
        $this->retryAfter = is_int($retryAfter) || is_float($retryAfter) ? $retryAfter : null;
        $this->method = $text('method');
        $this->parameter = $text('parameter');
    }

    /** @return array<string, mixed> */
    public function details(): array
    {
        return $this->details;
    }
}
