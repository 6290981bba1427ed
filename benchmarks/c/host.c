/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

void must(inwise_status status, char *const *text) {
    if (status < 0) {
        fputs(*text ? *text : "no details", stderr);
        fail(inwise_status_name(status));
    }
}

/* The ids of the rows, as the vendor writes them: first in their row. */
static uint64_t add_ids(const char *rows) {
    uint64_t sum = 0;
    while ((rows = strstr(rows, "{\"id\":"))) sum += strtoull(rows += strlen("{\"id\":"), NULL, 10);
    return sum;
}

void walk_activities(inwise_client *client, uint64_t *ids, char info[INFO_BYTES]) {
    inwise_cursor *cursor;
    inwise_status status;
    char *text;
    must(inwise_cursor_open(client, "activities", "{\"date_from\":\"2000-01-01\"}", &cursor, &text), &text);
    while ((status = inwise_cursor_next(cursor, &text)) == INWISE_OK) {
        if (ids) *ids += add_ids(text);
        inwise_free(text);
    }
    must(status, &text);
    must(inwise_cursor_info(cursor, &text), &text);
    snprintf(info, INFO_BYTES, "%s", text);
    inwise_free(text);
    inwise_cursor_close(cursor);
}

int64_t member(const char *json, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *found = strstr(json, key);
    if (!found) fail(name);
    return strtoll(found + strlen(key), NULL, 10);
}
