<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** HTTP 404. */
final class NotFoundException extends \RuntimeException implements InwiseException
{
    use Details;
}
