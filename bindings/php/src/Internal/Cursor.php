<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use FFI\CData;
use Inwise\Exception\ClosedException;
use Inwise\WalkInfo;

/**
 * One walk over every page.
 *
 * @internal
 */
final class Cursor
{
    use Unique;

    private ?WalkInfo $last = null;

    public function __construct(private readonly Source $source, private readonly CData $handle)
    {
    }

    public function __destruct()
    {
        // Not set if it was made up by unserialize, which is refused.
        if (isset($this->handle)) {
            Library::get()->release($this->handle);
        }
    }

    /** @return ?string the next rows as JSON; null at the end */
    public function next(): ?string
    {
        $rows = $this->source->call(fn () => Library::get()->ask('inwise_cursor_next', $this->handle));
        return $rows === '' ? null : $rows;
    }

    /** How the walk stands; after close, how it stood then. */
    public function info(): WalkInfo
    {
        return $this->last ?? WalkInfo::from(Members::of(Library::get()->ask('inwise_cursor_info', $this->handle)));
    }

    /** Remembers how the walk stood, and closes it. */
    public function close(): void
    {
        try {
            $this->last = $this->info();
        } catch (ClosedException) {
            // The client is closed, and so is this.
        }
        Library::get()->release($this->handle);
    }
}
