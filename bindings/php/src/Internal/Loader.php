<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

use FFI;
use Inwise\Exception\LibraryException;

/**
 * Finds libinwise.so and checks its version.
 *
 * @internal
 */
final class Loader
{
    private const SWITCHED_OFF = <<<'TEXT'
        PHP's FFI is switched off here, so libinwise can't be called. Put one of these into php.ini and restart PHP: either
            ffi.enable=true
        which allows FFI to all scripts, or
            opcache.enable=1
            opcache.preload=%s/preload.php
            opcache.preload_user=www-data
            ffi.enable=preload
        which allows it to this package alone; www-data stands for the user that PHP runs as.
        TEXT;

    public static function load(): FFI
    {
        if (!extension_loaded('ffi')) {
            throw LibraryException::because('PHP\'s extension ffi is not loaded: put extension=ffi into php.ini and restart PHP.');
        }
        $failures = [];
        foreach (self::candidates() as $file) {
            try {
                $ffi = FFI::cdef(Header::TEXT, $file);
            } catch (\FFI\Exception $exception) {
                $failures[$file] = self::isSwitchedOff($exception)
                    ? throw LibraryException::because(sprintf(self::SWITCHED_OFF, dirname(__DIR__, 2)))
                    : self::reason($file);
                continue;
            }
            self::checkVersion($ffi->inwise_version(), $file);
            return $ffi;
        }
        throw LibraryException::because(self::notFound($failures));
    }

    /** @return list<string> where to look, the first that can be loaded counts */
    private static function candidates(): array
    {
        $named = getenv('INWISE_LIB');
        if (is_string($named) && $named !== '') {
            return [$named];
        }
        $package = dirname(__DIR__, 2);
        // Where open_basedir shuts a folder, is_file would warn: then it isn't there for us.
        $files = array_filter([self::inCheckout($package), $package . '/lib/libinwise.so'], fn ($file) => @is_file($file));
        return [...array_values($files), 'libinwise.so.0'];
    }

    /** The library that `make lib` leaves, where the package lies in a checkout: newer than a copy of it. */
    private static function inCheckout(string $package): string
    {
        $root = dirname($package, 2);
        return $package === $root . '/bindings/php' ? $root . '/build/lib/libinwise.so' : '';
    }

    private static function isSwitchedOff(\FFI\Exception $exception): bool
    {
        return str_contains($exception->getMessage(), 'ffi.enable');
    }

    /** Tries again, for the dynamic linker's words, which PHP leaves out: it may be one of the library's own that is missing. */
    private static function reason(string $file): string
    {
        $linker = FFI::cdef('const char *dlerror(void);');
        try {
            FFI::cdef(Header::TEXT, $file);
        } catch (\FFI\Exception $exception) {
            return $linker->dlerror() ?? $exception->getMessage();
        }
        return 'it could be loaded at a second try';
    }

    /** @param array<string, string> $failures what was tried, and why it can't be loaded */
    private static function notFound(array $failures): string
    {
        $lines = ['libinwise.so could not be loaded. Tried were:'];
        foreach ($failures as $file => $reason) {
            $lines[] = "    $file: $reason";
        }
        $lines[] = 'Install libinwise (make install), run `make php` before the package is copied, or name the file in the '
            . 'environment variable INWISE_LIB. It needs Debian\'s packages libcurl4, libjansson4 and libsqlite3-0.';
        return implode("\n", $lines);
    }

    private static function checkVersion(string $version, string $file): void
    {
        $short = fn (string $whole): string => implode('.', array_slice(explode('.', $whole), 0, 2));
        if ($short($version) !== $short(Library::VERSION)) {
            throw LibraryException::because(sprintf(
                '%s is libinwise %s, and this package needs %s: install the two in the same version.',
                $file,
                $version,
                $short(Library::VERSION),
            ));
        }
    }
}
