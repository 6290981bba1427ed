<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;

/** A place for a mirror, which goes with it. */
final class TemporaryMirror
{
    private readonly string $folder;
    public readonly string $url;

    public function __construct()
    {
        $this->folder = tempnam(sys_get_temp_dir(), 'inwise');
        unlink($this->folder);
        mkdir($this->folder);
        $this->url = "file:$this->folder/mirror.db";
    }

    public function __destruct()
    {
        array_map('unlink', $this->files());
        rmdir($this->folder);
    }

    /** At the time of the sandbox's account. */
    public function open(?bool $readOnly = null): Client
    {
        return new Client($this->url, readOnly: $readOnly, now: '2024-09-20T12:00:00');
    }

    /** @return list<string> the mirror and what SQLite keeps beside it */
    public function files(): array
    {
        return glob("$this->folder/*");
    }
}
