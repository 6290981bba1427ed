/* SPDX-License-Identifier: MIT
 * Counted checks for a test program: CHECK in the tests, `return checks_done()` at the end of main. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int checks_passed, checks_failed;

static void check(int good, const char *what, const char *file, int line) {
    if (good) {
        checks_passed++;
        return;
    }
    checks_failed++;
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
}

#define CHECK(condition) check((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

static int checks_done(void) {
    printf("%d checks passed, %d failed\n", checks_passed, checks_failed);
    return checks_failed == 0 ? 0 : 1;
}

#endif
