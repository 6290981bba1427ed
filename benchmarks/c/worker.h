/* SPDX-License-Identifier: MIT
 *
 * A worker does its work once for each line on standard input, and prints the time that took and the answer it got.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* run is timed; answer, which prints a JSON value, is not. */
void serve(void (*run)(void *state), void (*answer)(void *state, FILE *out), void *state);

/* For a run too short to be timed once: it is done so many times; wall is the median, cpu the mean. */
void serve_calls(int calls, void (*run)(void *state), void (*answer)(void *state, FILE *out), void *state);

typedef struct {
    char *bytes; /* with 64 more after the length, all zero */
    size_t length;
} file;

/* Reads FOLDER/NAME/0000.json and so on into memory. */
file *load_pages(const char *folder, const char *name, size_t count);

/* Bytes that this process has handed to the kernel for writing. */
uint64_t written_bytes(void);

/* Ends the program after printing what went wrong. */
void fail(const char *what) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
#endif
