<?php

// SPDX-License-Identifier: MIT

/** For programs without Composer, whose vendor/autoload.php does the same. */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Inwise\\')) {
        $file = __DIR__ . '/src/' . strtr(substr($class, strlen('Inwise\\')), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
