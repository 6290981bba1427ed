<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

/**
 * The values of a row as typed fields: what a field doesn't take goes into extra, as it came.
 *
 * @internal
 */
final class Field
{
    private const DATE = '/^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-[0-3][0-9](?:[ T](?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2})?$/D';

    private static ?\DateTimeZone $carrier = null;

    /**
     * An integer, or a text that is one, within 64 bits.
     *
     * @param array<array-key, mixed> $extra
     */
    public static function integer(mixed $value, string $name, array &$extra): ?int
    {
        if (is_string($value) && preg_match('/^(?:0|-?[1-9][0-9]{0,18})$/D', $value) === 1 && (string) (int) $value === $value) {
            return (int) $value;
        }
        return self::none($value, $name, $extra);
    }

    /**
     * A text, or an integer's digits.
     *
     * @param array<array-key, mixed> $extra
     */
    public static function text(mixed $value, string $name, array &$extra): ?string
    {
        return is_int($value) ? (string) $value : self::none($value, $name, $extra);
    }

    /**
     * Wall-clock time in a DateTimeImmutable, whose UTC means nothing: the service doesn't say its zone.
     *
     * @param array<array-key, mixed> $extra
     */
    public static function date(mixed $value, string $name, array &$extra): ?\DateTimeImmutable
    {
        if (is_string($value) && preg_match(self::DATE, $value) === 1) {
            $day = (int) substr($value, 8, 2);
            if ($day > 0 && ($day <= 28 || checkdate((int) substr($value, 5, 2), $day, (int) $value))) {
                return new \DateTimeImmutable($value, self::$carrier ??= new \DateTimeZone('UTC'));
            }
        }
        return self::none($value, $name, $extra);
    }

    /** As the service writes it. */
    public static function dateText(?\DateTimeImmutable $date): ?string
    {
        return $date?->format('Y-m-d H:i:s');
    }

    /** @param array<array-key, mixed> $extra */
    private static function none(mixed $value, string $name, array &$extra): mixed
    {
        if ($value !== null) {
            $extra[$name] = $value;
        }
        return null;
    }
}
