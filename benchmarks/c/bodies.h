/* SPDX-License-Identifier: MIT */
#ifndef BENCH_BODIES_H
#define BENCH_BODIES_H

#include <stddef.h>

typedef struct {
    char *start; /* not terminated */
    size_t length;
} body;

/* The first lines of a file, without their ends. */
body *load_bodies(const char *path, size_t count);

#endif
