<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** The local database. */
final class StoreException extends \RuntimeException implements InwiseException
{
    use Details;
}
