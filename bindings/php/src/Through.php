<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

/** What a consumer has dealt with of a mirror's recent rows, where it is no row that says so. */
enum Through
{
    /** All that this client gave the consumer last. */
    case Given;
    /** Nothing: it begins again with the first row. */
    case Beginning;
}
