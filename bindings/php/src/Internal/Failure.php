<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use Inwise\Exception as E;

/**
 * A status and the library's error text become an exception.
 *
 * @internal
 */
final class Failure
{
    private const CLASSES = [
        'argument' => E\ArgumentException::class,
        'auth' => E\AuthException::class,
        'not_found' => E\NotFoundException::class,
        'rate_limit' => E\RateLimitException::class,
        'http' => E\HttpException::class,
        'server' => E\ServerException::class,
        'network' => E\NetworkException::class,
        'timeout' => E\TimeoutException::class,
        'cancelled' => E\CancelledException::class,
        'protocol' => E\ProtocolException::class,
        'store' => E\StoreException::class,
        'closed' => E\ClosedException::class,
        'memory' => E\OutOfMemoryException::class,
        'internal' => E\InternalException::class,
    ];

    /** @param string $text the error as JSON; empty where a function gives none */
    public static function from(int $code, string $name, string $text): E\InwiseException
    {
        $details = json_decode($text, true);
        if (!is_array($details)) {
            $details = ['message' => "libinwise answered with the status $name and no details."];
        }
        if ($name === 'closed') {
            // The library speaks of handles and cursors.
            $details['message'] = 'It is closed: the client, or the walk or funnel that was used. Make a new one.';
        }
        $class = self::CLASSES[$name] ?? E\InternalException::class;
        return new $class(['status' => $name, 'code' => $code] + $details);
    }

    public static function argument(string $message, ?string $parameter = null): E\ArgumentException
    {
        $details = ['status' => 'argument', 'code' => -1, 'message' => $message, 'parameter' => $parameter];
        return new E\ArgumentException(array_filter($details, fn ($value) => $value !== null));
    }

    public static function protocol(string $message): E\ProtocolException
    {
        return new E\ProtocolException(['status' => 'protocol', 'code' => -10, 'message' => $message]);
    }
}
