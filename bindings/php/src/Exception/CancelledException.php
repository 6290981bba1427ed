<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** Client::cancel ended the call. */
final class CancelledException extends \RuntimeException implements InwiseException
{
    use Details;
}
