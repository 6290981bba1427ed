/* SPDX-License-Identifier: MIT */
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

#include "worker.h"

fetching fetch_arguments(int argc, char **argv) {
    if (argc < 8) fail("PROGRAM fetch FOLDER URL PAGE_SIZE IN_FLIGHT PAGES plain|gzip [BUFFER]");
    return (fetching){argv[3], atoi(argv[5]), atoi(argv[6]), strcmp(argv[7], "gzip") == 0, argc > 8 ? atol(argv[8]) : 0};
}

static size_t append(char *bytes, size_t size, size_t count, void *context) {
    body *into = context;
    size_t length = size * count;
    if (into->length + length > into->capacity) {
        into->capacity = (into->length + length) * 2;
        into->bytes = realloc(into->bytes, into->capacity);
    }
    memcpy(into->bytes + into->length, bytes, length);
    into->length += length;
    return length;
}

CURL *fetch_handle(const fetching *work, body *into) {
    CURL *handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, into);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, into);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (work->gzip) curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (work->buffer) curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, work->buffer);
    return handle;
}

void fetch_page(const fetching *work, CURL *handle, body *into, int page) {
    char url[512];
    into->length = 0;
    snprintf(url, sizeof url, "%s/campaigns/email/activities?page_index=%d&page_size=%d&date_from=2000-01-01", work->url,
             page, FETCH_PAGE_SIZE);
    curl_easy_setopt(handle, CURLOPT_URL, url);
}
