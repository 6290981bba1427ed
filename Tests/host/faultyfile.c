/* SPDX-License-Identifier: MIT
 * Preloaded, lets calls on a database's files fail: FAULTY_CALL ("write", "sync", "read" or "truncate") of the number FAULTY_AT and, with
 * FAULTY_FOR, so many more, with the errno FAULTY_ERRNO. With FAULTY_LOG it writes a line a call there: its name, the file's, the time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static long counted;

static long number(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text ? atol(text) : otherwise;
}

/* Whether this call fails; errno then says why. */
static int fails(const char *name, int file) {
    char link[64], path[4096];
    const char *call = getenv("FAULTY_CALL"), *log = getenv("FAULTY_LOG");
    ssize_t length;
    long at;
    if (call == NULL && log == NULL) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strstr(path, ".db") == NULL) return 0;
    if (log != NULL) {
        struct timespec now;
        FILE *out = fopen(log, "a");
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (out != NULL) {
            fprintf(out, "%s %s %ld.%09ld\n", name, strrchr(path, '/') + 1, (long)now.tv_sec, now.tv_nsec);
            fclose(out);
        }
    }
    if (call == NULL || strcmp(call, name) != 0) return 0;
    at = number("FAULTY_AT", 1);
    counted++;
    if (counted < at || counted > at + number("FAULTY_FOR", 0)) return 0;
    errno = (int)number("FAULTY_ERRNO", EIO);
    return 1;
}

/* A function in front of libc's own of the same name. */
#define FRONT(name, kind, result, parameters, arguments, failed)                              \
    result name parameters {                                                                 \
        static result(*real) parameters;                                                     \
        if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);                         \
        return fails(kind, file) ? failed : real arguments;                                  \
    }

FRONT(write, "write", ssize_t, (int file, const void *data, size_t size), (file, data, size), -1)
FRONT(pwrite, "write", ssize_t, (int file, const void *data, size_t size, off_t at), (file, data, size, at), -1)
FRONT(pwrite64, "write", ssize_t, (int file, const void *data, size_t size, off64_t at), (file, data, size, at), -1)
FRONT(read, "read", ssize_t, (int file, void *data, size_t size), (file, data, size), -1)
FRONT(pread, "read", ssize_t, (int file, void *data, size_t size, off_t at), (file, data, size, at), -1)
FRONT(pread64, "read", ssize_t, (int file, void *data, size_t size, off64_t at), (file, data, size, at), -1)
FRONT(fsync, "sync", int, (int file), (file), -1)
FRONT(fdatasync, "sync", int, (int file), (file), -1)
FRONT(ftruncate, "truncate", int, (int file, off_t size), (file, size), -1)
FRONT(ftruncate64, "truncate", int, (int file, off64_t size), (file, size), -1)
