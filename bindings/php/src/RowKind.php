<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Exception\ArgumentException;
use Inwise\Internal\Failure;

/** What rows are of; the value is the service's name for the method that gives them. */
enum RowKind: string
{
    case SentEmails = 'sentEmails';
    case Undelivered = 'undelivered';
    case Activities = 'activities';

    /** @return class-string<Activity>|class-string<SentEmail>|class-string<UndeliveredEmail> */
    public function rowClass(): string
    {
        return match ($this) {
            self::SentEmails => SentEmail::class,
            self::Undelivered => UndeliveredEmail::class,
            self::Activities => Activity::class,
        };
    }

    /** @throws ArgumentException for what is no row of this package */
    public static function of(mixed $row): self
    {
        return match (true) {
            $row instanceof SentEmail => self::SentEmails,
            $row instanceof UndeliveredEmail => self::Undelivered,
            $row instanceof Activity => self::Activities,
            default => throw Failure::argument('Rows are SentEmail, UndeliveredEmail or Activity, not ' . get_debug_type($row) . '.'),
        };
    }
}
