/* SPDX-License-Identifier: MIT
 *
 * curl_multi fetch …: many pages in flight with libcurl; each body stands whole in memory and is dropped undecoded.
 */
#include <stdlib.h>

#include "fetch.h"
#include "worker.h"

typedef struct {
    fetching work;
    size_t bytes;
} walk;

static void finish(CURLM *multi, CURLMsg *message, walk *walk, int *next) {
    CURL *handle = message->easy_handle;
    body *page;
    if (message->data.result != CURLE_OK) fail(curl_easy_strerror(message->data.result));
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &page);
    walk->bytes += page->length;
    curl_multi_remove_handle(multi, handle);
    free(page->bytes);
    *page = (body){0};
    if (*next == walk->work.pages) {
        curl_easy_cleanup(handle);
        return;
    }
    fetch_page(&walk->work, handle, page, (*next)++);
    curl_multi_add_handle(multi, handle);
}

static void run(void *state) {
    walk *walk = state;
    body pages[64] = {{0}};
    CURLM *multi = curl_multi_init();
    int next = 0, running;
    walk->bytes = 0;
    for (; next < walk->work.in_flight && next < walk->work.pages; next++) {
        CURL *handle = fetch_handle(&walk->work, &pages[next]);
        fetch_page(&walk->work, handle, &pages[next], next);
        curl_multi_add_handle(multi, handle);
    }
    for (;;) {
        CURLMsg *message;
        int left, finished = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK) fail("curl_multi_perform");
        while ((message = curl_multi_info_read(multi, &left)))
            if (message->msg == CURLMSG_DONE) {
                finish(multi, message, walk, &next);
                finished = 1;
            }
        if (finished) continue; /* handles have started anew */
        if (!running) break;
        if (curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK) fail("curl_multi_poll");
    }
    curl_multi_cleanup(multi);
}

static void answer(void *state, FILE *out) { fprintf(out, "{\"bytes\":%zu}", ((walk *)state)->bytes); }

int main(int argc, char **argv) {
    walk state = {fetch_arguments(argc, argv), 0};
    if (state.work.in_flight > 64) fail("at most 64 in flight");
    serve(run, answer, &state);
    return 0;
}
