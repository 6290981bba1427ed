<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use Inwise\Row;
use Inwise\RowKind;

/**
 * A page of JSON as typed rows.
 *
 * @internal
 */
final class Page
{
    /** @return list<Row> */
    public static function rows(RowKind $kind, string $json): array
    {
        $class = $kind->rowClass();
        $typed = [];
        $objects = null;
        foreach (Json::rows($json) as $place => $row) {
            // As an array an object is not told from a list: rows that hold either are read again, as objects. They are few.
            foreach ($row as $name => $value) {
                if (is_array($value)) {
                    $objects ??= Json::objects($json);
                    $row[$name] = $objects[$place]->{$name};
                }
            }
            $typed[] = $class::fromArray($row);
        }
        return $typed;
    }
}
