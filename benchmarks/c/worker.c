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

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

void serve(void (*run)(void *), void (*answer)(void *, FILE *), void *state) { serve_calls(1, run, answer, state); }

void serve_calls(int calls, void (*run)(void *), void (*answer)(void *, FILE *), void *state) {
    char line[64];
    double *walls = malloc(calls * sizeof *walls);
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        double cpu = cpu_seconds();
        for (int i = 0; i < calls; i++) {
            double start = wall_seconds();
            run(state);
            walls[i] = wall_seconds() - start;
        }
        cpu = (cpu_seconds() - cpu) / calls;
        qsort(walls, calls, sizeof *walls, ascending);
        printf("{\"wall\":%.9f,\"cpu\":%.9f,\"peak_kb\":%ld,\"answer\":", walls[calls / 2], cpu, peak_kb());
        answer(state, stdout);
        puts("}");
        fflush(stdout);
    }
    free(walls);
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

uint64_t written_bytes(void) {
    char line[64];
    unsigned long long bytes = 0;
    FILE *counters = fopen("/proc/self/io", "r");
    if (!counters) fail("/proc/self/io");
    while (fgets(line, sizeof line, counters))
        if (sscanf(line, "wchar: %llu", &bytes) == 1) break;
    fclose(counters);
    return bytes;
}

void fail(const char *what) {
    perror(what);
    exit(1);
}
