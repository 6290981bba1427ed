<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

/**
 * What goes into the library and what comes out of it, as text.
 *
 * @internal
 */
final class Json
{
    public const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

    /** More than the 2,048 levels that the library lets through. */
    private const DEPTH = 4096;

    /**
     * A query of what is not null.
     *
     * @param array<string, mixed> $members "params" is an array whose keys are names
     */
    public static function query(array $members): string
    {
        $members['params'] = self::named($members['params'] ?? [], 'params');
        $members = array_filter($members, fn ($value) => $value !== null);
        foreach (['date_from', 'date_to'] as $name) {
            if (($members[$name] ?? null) instanceof \DateTimeInterface) {
                $members[$name] = $members[$name]->format('Y-m-d H:i:s');
            }
        }
        foreach (['campaign_ids', 'methods', 'late_ages'] as $name) {
            if (isset($members[$name])) {
                $members[$name] = array_values($members[$name]);
            }
        }
        return self::encode((object) $members, 'The query');
    }

    /**
     * Names and their values as an object; null for none.
     *
     * json_encode would leave out a name that begins with NUL, as PHP's private ones do, and would call a JsonSerializable, which
     * then sees in a backtrace what else is encoded: the API key.
     *
     * @param array<array-key, mixed> $members
     */
    public static function named(array $members, string $parameter): ?\stdClass
    {
        foreach ($members as $name => $value) {
            if (str_contains((string) $name, "\0")) {
                throw Failure::argument("A name in $parameter holds a NUL byte, which no text for libinwise may.", $parameter);
            }
            if (!is_scalar($value)) {
                $type = get_debug_type($value);
                throw Failure::argument("$parameter takes strings, numbers, true and false; \"$name\" is of type $type.", $parameter);
            }
        }
        return $members === [] ? null : (object) $members;
    }

    /** @param string $what for the message of an error */
    public static function encode(#[\SensitiveParameter] mixed $value, string $what): string
    {
        $json = json_encode($value, self::FLAGS, self::DEPTH);
        return $json === false
            ? throw Failure::argument("$what can't be written as JSON: " . json_last_error_msg() . '.')
            : $json;
    }

    /** @return list<array<array-key, mixed>> rows, and objects within them, as arrays */
    public static function rows(string $json): array
    {
        return self::decode($json, true);
    }

    /** @return list<\stdClass> rows, and objects within them, as objects: {} and [] differ */
    public static function objects(string $json): array
    {
        return self::decode($json, false);
    }

    public static function object(string $json): \stdClass
    {
        return self::decode($json, false);
    }

    private static function decode(string $json, bool $asArrays): mixed
    {
        $value = json_decode($json, $asArrays, self::DEPTH, JSON_BIGINT_AS_STRING);
        return is_array($value) || $value instanceof \stdClass
            ? $value
            : throw Failure::protocol('PHP can\'t read what the library read: ' . json_last_error_msg() . '.');
    }
}
