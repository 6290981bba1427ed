<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** A bug in libinwise: please report it. */
final class InternalException extends \RuntimeException implements InwiseException
{
    use Details;
}
