/* SPDX-License-Identifier: MIT
 *
 * summary URL CAMPAIGN CALLS: a campaign's summary out of a mirror, through the C function.
 */
#include <stdlib.h>

#include "host.h"
#include "worker.h"

typedef struct {
    inwise_client *client;
    char query[64];
    char *text;
} asking;

static void run(void *state) {
    asking *work = state;
    inwise_free(work->text);
    must(inwise_activities_summary(work->client, work->query, &work->text), &work->text);
}

static void answer(void *state, FILE *out) { fputs(((asking *)state)->text, out); }

int main(int argc, char **argv) {
    asking work = {0};
    char *error;
    if (argc < 4) fail("summary URL CAMPAIGN CALLS");
    must(inwise_open(argv[1], "{\"read_only\":true}", &work.client, &error), &error);
    snprintf(work.query, sizeof work.query, "{\"campaign_id\":%s}", argv[2]);
    run(&work); /* the first call is not timed: it opens what the others find open */
    serve_calls(atoi(argv[3]), run, answer, &work);
    inwise_free(work.text);
    inwise_close(work.client);
    return 0;
}
