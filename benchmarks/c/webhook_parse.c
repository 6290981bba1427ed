/* SPDX-License-Identifier: MIT
 *
 * webhook_parse FILE TIMES: reads the body in a file's first line so many times, through the C function.
 */
#include <jansson.h>
#include <stdlib.h>

#include "bodies.h"
#include "host.h"
#include "worker.h"

typedef struct {
    body *posted;
    long times;
    char *text;
} parsing;

static void run(void *state) {
    parsing *work = state;
    for (long i = 0; i < work->times; i++) {
        inwise_free(work->text);
        must(inwise_webhook_parse(work->posted->start, work->posted->length, NULL, &work->text), &work->text);
    }
}

static void answer(void *state, FILE *out) {
    json_t *event = json_loads(((parsing *)state)->text, 0, NULL);
    fprintf(out, "{\"trigger_type\":\"%s\",\"campaign_id\":\"%lld\",\"email\":\"%s\"}", json_string_value(json_object_get(event, "trigger_type")),
            (long long)json_integer_value(json_object_get(event, "campaign_id")),
            json_string_value(json_object_get(json_object_get(event, "contact"), "email")));
    json_decref(event);
}

int main(int argc, char **argv) {
    parsing work = {0};
    if (argc < 3) fail("webhook_parse FILE TIMES");
    work.posted = load_bodies(argv[1], 1);
    work.times = atol(argv[2]);
    serve(run, answer, &work);
    inwise_free(work.text);
    return 0;
}
