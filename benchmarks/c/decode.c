/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

enum { PAGES = 100 };

typedef struct {
    decoder decode;
    file *pages;
    columns *page;
} decoding;

static uint32_t crc32_of(text value) {
    static uint32_t table[256];
    if (!table[1])
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t crc = i;
            for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
            table[i] = crc;
        }
    uint32_t crc = ~0u;
    for (size_t i = 0; i < value.length; i++) crc = crc >> 8 ^ table[(crc ^ (unsigned char)value.bytes[i]) & 0xFF];
    return ~crc;
}

static void run(void *state) {
    decoding *work = state;
    for (size_t i = 0; i < PAGES; i++) work->decode(work->pages[i].bytes, work->pages[i].length, work->page);
}

/* Decodes again, since the columns hold one page only. */
static void answer(void *state, FILE *out) {
    static const char *const number_names[NUMBERS] = {"id", "contact_id", "campaign_id"};
    static const char *const text_names[TEXTS] = {"action_date", "ip", "action_type", "remarks", "additional_data"};
    decoding *work = state;
    const columns *page = work->page;
    uint64_t rows = 0, numbers[NUMBERS] = {0}, texts[TEXTS] = {0};
    for (size_t i = 0; i < PAGES; i++) {
        work->decode(work->pages[i].bytes, work->pages[i].length, work->page);
        for (size_t row = 0; row < page->rows; row++) {
            rows++;
            for (int f = 0; f < NUMBERS; f++) numbers[f] += rows * (uint64_t)page->numbers[f][row];
            for (int f = 0; f < TEXTS; f++)
                if (page->texts[f][row].bytes) texts[f] += rows * ((uint64_t)crc32_of(page->texts[f][row]) + 1);
        }
    }
    fprintf(out, "{\"rows\":%" PRIu64, rows);
    for (int f = 0; f < NUMBERS; f++) fprintf(out, ",\"%s\":\"%" PRIu64 "\"", number_names[f], numbers[f]);
    for (int f = 0; f < TEXTS; f++) fprintf(out, ",\"%s\":\"%" PRIu64 "\"", text_names[f], texts[f]);
    fputs("}", out);
}

void serve_decoder(decoder decode, const char *work, const char *folder) {
    decoding state = {decode, load_pages(folder, strcmp(work, "decode-odd") ? "plain" : "odd", PAGES),
                      calloc(1, sizeof(columns))};
    serve(run, answer, &state);
}
