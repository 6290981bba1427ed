/* SPDX-License-Identifier: MIT
 *
 * The machine's monotonic clock, which stands still once stop_clock has been called; preloaded by test_sync_live.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <time.h>

static struct timespec stopped;
static atomic_int stands;

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    if (clock != CLOCK_MONOTONIC || !stands) return real(clock, time);
    *time = stopped;
    return 0;
}

void stop_clock(void) {
    clock_gettime(CLOCK_MONOTONIC, &stopped);
    stands = 1;
}
