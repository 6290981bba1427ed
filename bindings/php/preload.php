<?php

// SPDX-License-Identifier: MIT

/**
 * For php.ini's opcache.preload, or to be required from your own preload script: compiles this package once for all requests, and
 * lets it call FFI under ffi.enable=preload, PHP's default, while no other code may.
 */

declare(strict_types=1);

foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src', FilesystemIterator::SKIP_DOTS)) as $file) {
    if ($file->getExtension() === 'php') {
        opcache_compile_file($file->getPathname());
    }
}
