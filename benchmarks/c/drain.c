/* SPDX-License-Identifier: MIT
 *
 * drain fetch …: libinwise through its C functions, from open to close; each page of rows as JSON, freed at once.
 */
#include <inttypes.h>
#include <inwise.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "worker.h"

typedef struct {
    fetching work;
    char info[512];
    uint64_t ids;
} walk;

static void must(inwise_status status, const char *text) {
    if (status < 0) {
        fputs(text ? text : "no details", stderr);
        fail(inwise_status_name(status));
    }
}

/* The ids of the rows, as the vendor writes them: first in their row. */
static uint64_t add_ids(const char *rows) {
    uint64_t sum = 0;
    while ((rows = strstr(rows, "{\"id\":"))) sum += strtoull(rows += strlen("{\"id\":"), NULL, 10);
    return sum;
}

static void drain(walk *walk, int sums_ids) {
    inwise_client *client;
    inwise_cursor *cursor;
    inwise_status status;
    char options[64], *text;
    snprintf(options, sizeof options, "{\"pages_in_flight\":%d}", walk->work.in_flight);
    must(inwise_open(walk->work.url, options, &client, &text), text);
    must(inwise_cursor_open(client, "activities", "{\"date_from\":\"2000-01-01\"}", &cursor, &text), text);
    while ((status = inwise_cursor_next(cursor, &text)) == INWISE_OK) {
        if (sums_ids) walk->ids += add_ids(text);
        inwise_free(text);
    }
    must(status, text);
    must(inwise_cursor_info(cursor, &text), text);
    snprintf(walk->info, sizeof walk->info, "%s", text);
    inwise_free(text);
    inwise_cursor_close(cursor);
    inwise_close(client);
}

static void run(void *state) { drain(state, 0); }

/* What the texts held shows a second walk, since the first kept none. */
static void answer(void *state, FILE *out) {
    walk *walk = state;
    const char *rows = strstr(walk->info, "\"rows\":"), *requests = strstr(walk->info, "\"requests\":");
    if (!rows || !requests) fail("inwise_cursor_info");
    fprintf(out, "{\"rows\":%d,\"requests\":%d,", atoi(rows + strlen("\"rows\":")),
            atoi(requests + strlen("\"requests\":")));
    walk->ids = 0;
    drain(walk, 1);
    fprintf(out, "\"ids\":\"%" PRIu64 "\"}", walk->ids);
}

int main(int argc, char **argv) {
    walk state = {fetch_arguments(argc, argv), "", 0};
    serve(run, answer, &state);
    return 0;
}
