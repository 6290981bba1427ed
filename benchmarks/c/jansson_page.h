/* SPDX-License-Identifier: MIT
 *
 * A page read into jansson's values, and those into columns. A decoder, as decode.h has it.
 */
#ifndef BENCH_JANSSON_PAGE_H
#define BENCH_JANSSON_PAGE_H

#include "decode.h"

void jansson_page(const char *page, size_t length, columns *into);

#endif
