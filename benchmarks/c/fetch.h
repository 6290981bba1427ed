/* SPDX-License-Identifier: MIT
 *
 * What the C programs that fetch share: their arguments, and a body in memory.
 */
#ifndef BENCH_FETCH_H
#define BENCH_FETCH_H

#include <curl/curl.h>
#include <stddef.h>

enum { FETCH_PAGE_SIZE = 1000 };

/* PROGRAM fetch FOLDER URL PAGE_SIZE IN_FLIGHT PAGES plain|gzip [BUFFER]: bytes that libcurl reads at a time */
typedef struct {
    const char *url;
    int in_flight, pages, gzip;
    long buffer; /* 0: as libcurl likes */
} fetching;

fetching fetch_arguments(int argc, char **argv);

typedef struct {
    char *bytes;
    size_t length, capacity;
} body;

/* A handle that will write what it gets into `into`. */
CURL *fetch_handle(const fetching *, body *into);

/* Points a handle at a page and empties its body. */
void fetch_page(const fetching *, CURL *, body *, int page);

#endif
