/* SPDX-License-Identifier: MIT
 *
 * The work of the decoders: 100 pages in memory, every field of every row into columns.
 */
#ifndef BENCH_DECODE_H
#define BENCH_DECODE_H

#include "checksums.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PAGE_ROWS = 1000 };

/* Texts are good until the next page is decoded. */
typedef struct {
    size_t rows;
    int64_t numbers[NUMBERS][PAGE_ROWS];
    text texts[TEXTS][PAGE_ROWS];
} columns;

/* Reads a page of at most PAGE_ROWS rows; 64 zero bytes follow its length. Ends the program where it can't. */
typedef void (*decoder)(const char *page, size_t length, columns *into);

/* Serves decode-plain or decode-odd. */
void serve_decoder(decoder decode, const char *work, const char *folder);

#ifdef __cplusplus
}
#endif
#endif
