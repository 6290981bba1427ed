<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

/**
 * A row of an answer: typed fields, null where the row doesn't have them, and `extra` for all else that came.
 *
 * Dates are wall-clock time of a zone that the service doesn't tell. A \DateTimeImmutable must have a zone, so it says UTC: read
 * it as it stands, and don't convert it to another zone. `extra` holds fields that this class doesn't have, and values that
 * their field doesn't take (an id that is no integer, a day that doesn't exist), under the service's names; objects in it are
 * \stdClass, lists are arrays.
 */
interface Row extends \JsonSerializable
{
    /**
     * A row out of the service's names and values, as json_decode gives them.
     *
     * @param array<array-key, mixed> $row
     */
    public static function fromArray(array $row): self;

    /**
     * The row under the service's names: every field of the class, null where there is none, and what is in extra. fromArray
     * makes an equal row of it.
     *
     * @return array<array-key, mixed>
     */
    public function toArray(): array;
}
