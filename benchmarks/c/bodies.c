/* SPDX-License-Identifier: MIT */
#include "bodies.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "worker.h"

body *load_bodies(const char *path, size_t count) {
    body *bodies = calloc(count, sizeof *bodies);
    FILE *lines = fopen(path, "r");
    if (!lines) fail(path);
    for (size_t i = 0; i < count; i++) {
        size_t room = 0;
        ssize_t length = getline(&bodies[i].start, &room, lines);
        if (length < 1) fail(path);
        bodies[i].length = (size_t)length - 1;
    }
    fclose(lines);
    return bodies;
}
