/* SPDX-License-Identifier: MIT */
#include "checksums.h"

#include <inttypes.h>

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

void checksums_add(checksums *sums, const int64_t numbers[NUMBERS], const text texts[TEXTS]) {
    sums->rows++;
    for (int f = 0; f < NUMBERS; f++) sums->numbers[f] += sums->rows * (uint64_t)numbers[f];
    for (int f = 0; f < TEXTS; f++)
        if (texts[f].bytes) sums->texts[f] += sums->rows * ((uint64_t)crc32_of(texts[f]) + 1);
}

void checksums_print(const checksums *sums, FILE *out) {
    static const char *const number_names[NUMBERS] = {"id", "contact_id", "campaign_id"};
    static const char *const text_names[TEXTS] = {"action_date", "ip", "action_type", "remarks", "additional_data"};
    fprintf(out, "\"rows\":%" PRIu64, sums->rows);
    for (int f = 0; f < NUMBERS; f++) fprintf(out, ",\"%s\":\"%" PRIu64 "\"", number_names[f], sums->numbers[f]);
    for (int f = 0; f < TEXTS; f++) fprintf(out, ",\"%s\":\"%" PRIu64 "\"", text_names[f], sums->texts[f]);
}
