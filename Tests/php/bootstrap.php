<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

// The checkout.
const ROOT = __DIR__ . '/../..';

// What every client here is opened with; in no text may it be found.
const KEY = 'canary-0123456789abcdef-canary';

// A small made-up account, the same at each opening.
const SANDBOX = 'sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00';

// Before the oldest row of any account.
const EVER = '2000-01-01';

require ROOT . '/bindings/php/autoload.php';
foreach (['Server', 'Lines', 'Vector', 'Shown', 'TemporaryMirror'] as $helper) {
    require __DIR__ . "/$helper.php";
}

// What the machine's owner has set for curl is not part of a test.
foreach (array_keys(getenv()) as $name) {
    if (str_ends_with(strtolower($name), '_proxy')) {
        putenv($name);
    }
}
