/* SPDX-License-Identifier: MIT
 *
 * drain fetch …: libinwise through its C functions, from open to close; each page of rows as JSON, freed at once.
 */
#include <inttypes.h>

#include "fetch.h"
#include "host.h"
#include "worker.h"

typedef struct {
    fetching work;
    char info[INFO_BYTES];
} walk;

static void drain(walk *walk, uint64_t *ids) {
    inwise_client *client;
    char options[64], *text;
    snprintf(options, sizeof options, "{\"pages_in_flight\":%d}", walk->work.in_flight);
    must(inwise_open(walk->work.url, options, &client, &text), &text);
    walk_activities(client, ids, walk->info);
    inwise_close(client);
}

static void run(void *state) { drain(state, NULL); }

/* What the texts held shows a second walk, since the first kept none. */
static void answer(void *state, FILE *out) {
    walk *walk = state;
    uint64_t ids = 0;
    fprintf(out, "{\"rows\":%" PRId64 ",\"requests\":%" PRId64 ",", member(walk->info, "rows"), member(walk->info, "requests"));
    drain(walk, &ids);
    fprintf(out, "\"ids\":\"%" PRIu64 "\"}", ids);
}

int main(int argc, char **argv) {
    walk state = {fetch_arguments(argc, argv), ""};
    serve(run, answer, &state);
    return 0;
}
