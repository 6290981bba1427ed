/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static long peak_kb(void) {
    char line[256];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (!status) fail("/proc/self/status");
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1) break;
    fclose(status);
    return kb;
}

void serve(void (*run)(void *), void (*answer)(void *, FILE *), void *state) {
    char line[64];
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        double wall = wall_seconds(), cpu = cpu_seconds();
        run(state);
        cpu = cpu_seconds() - cpu;
        wall = wall_seconds() - wall;
        printf("{\"wall\":%.9f,\"cpu\":%.9f,\"peak_kb\":%ld,\"answer\":", wall, cpu, peak_kb());
        answer(state, stdout);
        puts("}");
        fflush(stdout);
    }
}

file *load_pages(const char *folder, const char *name, size_t count) {
    file *pages = calloc(count, sizeof *pages);
    for (size_t i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s/%04zu.json", folder, name, i);
        FILE *opened = fopen(path, "rb");
        if (!opened) fail(path);
        fseek(opened, 0, SEEK_END);
        pages[i].length = (size_t)ftell(opened);
        rewind(opened);
        pages[i].bytes = calloc(pages[i].length + 64, 1);
        if (fread(pages[i].bytes, 1, pages[i].length, opened) != pages[i].length) fail(path);
        fclose(opened);
    }
    return pages;
}

void fail(const char *what) {
    perror(what);
    exit(1);
}
