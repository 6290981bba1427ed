<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Exception;

/** The client, the walk or the funnel is closed. */
final class ClosedException extends \LogicException implements InwiseException
{
    use Details;
}
