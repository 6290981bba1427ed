/* SPDX-License-Identifier: MIT
 *
 * The work of the decoders: 100 pages in memory, every field of every row into columns.
 */
#ifndef BENCH_DECODE_H
#define BENCH_DECODE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PAGE_ROWS = 1000 };
enum number_field { ID, CONTACT_ID, CAMPAIGN_ID, NUMBERS };
enum text_field { ACTION_DATE, IP, ACTION_TYPE, REMARKS, ADDITIONAL_DATA, TEXTS };

/* Unescaped UTF-8; good until the next page is decoded. NULL bytes: the row has none. */
typedef struct {
    const char *bytes;
    size_t length;
} text;

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
