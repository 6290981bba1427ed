/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "worker.h"

enum { PAGES = 100 };

typedef struct {
    decoder decode;
    file *pages;
    columns *page;
} decoding;

static void run(void *state) {
    decoding *work = state;
    for (size_t i = 0; i < PAGES; i++) work->decode(work->pages[i].bytes, work->pages[i].length, work->page);
}

/* Decodes again, since the columns hold one page only. */
static void answer(void *state, FILE *out) {
    decoding *work = state;
    const columns *page = work->page;
    checksums sums = {0};
    for (size_t i = 0; i < PAGES; i++) {
        work->decode(work->pages[i].bytes, work->pages[i].length, work->page);
        for (size_t row = 0; row < page->rows; row++) {
            int64_t numbers[NUMBERS];
            text texts[TEXTS];
            for (int f = 0; f < NUMBERS; f++) numbers[f] = page->numbers[f][row];
            for (int f = 0; f < TEXTS; f++) texts[f] = page->texts[f][row];
            checksums_add(&sums, numbers, texts);
        }
    }
    fputs("{", out);
    checksums_print(&sums, out);
    fputs("}", out);
}

void serve_decoder(decoder decode, const char *work, const char *folder) {
    decoding state = {decode, load_pages(folder, strcmp(work, "decode-odd") ? "plain" : "odd", PAGES),
                      calloc(1, sizeof(columns))};
    serve(run, answer, &state);
}
