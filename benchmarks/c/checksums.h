/* SPDX-License-Identifier: MIT
 *
 * A row's fields, and the sums by which a worker shows that it has read, or kept, every one of them.
 */
#ifndef BENCH_CHECKSUMS_H
#define BENCH_CHECKSUMS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum number_field { ID, CONTACT_ID, CAMPAIGN_ID, NUMBERS };
enum text_field { ACTION_DATE, IP, ACTION_TYPE, REMARKS, ADDITIONAL_DATA, TEXTS };

/* Unescaped UTF-8. NULL bytes: the row has none. */
typedef struct {
    const char *bytes;
    size_t length;
} text;

typedef struct {
    uint64_t rows, numbers[NUMBERS], texts[TEXTS];
} checksums;

void checksums_add(checksums *, const int64_t numbers[NUMBERS], const text texts[TEXTS]);

/* Prints the members of a JSON object. */
void checksums_print(const checksums *, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
