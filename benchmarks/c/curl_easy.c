/* SPDX-License-Identifier: MIT
 *
 * curl_easy fetch …: one page after the other with libcurl, decoded by jansson, until one is short.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "fetch.h"
#include "worker.h"

typedef struct {
    fetching work;
    uint64_t rows, ids;
} walk;

static void run(void *state) {
    walk *walk = state;
    body page = {0};
    CURL *handle = fetch_handle(&walk->work, &page);
    size_t count = FETCH_PAGE_SIZE;
    walk->rows = walk->ids = 0;
    for (int index = 0; count == FETCH_PAGE_SIZE; index++) {
        json_error_t error;
        fetch_page(&walk->work, handle, &page, index);
        if (curl_easy_perform(handle) != CURLE_OK) fail("curl_easy_perform");
        json_t *rows = json_loadb(page.bytes, page.length, 0, &error);
        if (!rows) fail(error.text);
        count = json_array_size(rows);
        for (size_t i = 0; i < count; i++)
            walk->ids += (uint64_t)json_integer_value(json_object_get(json_array_get(rows, i), "id"));
        walk->rows += count;
        json_decref(rows);
    }
    curl_easy_cleanup(handle);
    free(page.bytes);
}

static void answer(void *state, FILE *out) {
    const walk *walk = state;
    fprintf(out, "{\"rows\":%" PRIu64 ",\"ids\":\"%" PRIu64 "\"}", walk->rows, walk->ids);
}

int main(int argc, char **argv) {
    walk state = {fetch_arguments(argc, argv), 0, 0};
    serve(run, answer, &state);
    return 0;
}
