/* SPDX-License-Identifier: MIT */
#include "jansson_page.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

static const char *const number_names[NUMBERS] = {"id", "contact_id", "campaign_id"};
static const char *const text_names[TEXTS] = {"action_date", "ip", "action_type", "remarks", "additional_data"};

void jansson_page(const char *page, size_t length, columns *into) {
    static json_t *rows; /* the columns point into it */
    json_error_t error;
    json_decref(rows);
    rows = json_loadb(page, length, 0, &error);
    if (!rows) fail(error.text);
    into->rows = json_array_size(rows);
    for (size_t i = 0; i < into->rows; i++) {
        const json_t *row = json_array_get(rows, i);
        for (int f = 0; f < NUMBERS; f++) {
            const json_t *value = json_object_get(row, number_names[f]);
            into->numbers[f][i] = json_is_string(value) ? atoll(json_string_value(value)) : json_integer_value(value);
        }
        for (int f = 0; f < TEXTS; f++) {
            const json_t *value = json_object_get(row, text_names[f]);
            into->texts[f][i].bytes = json_string_value(value);
            into->texts[f][i].length = json_string_length(value);
        }
    }
}
