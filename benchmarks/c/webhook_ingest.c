/* SPDX-License-Identifier: MIT
 *
 * webhook_ingest FILE COUNT MIRROR: so many webhooks, a line each, into a new mirror, through the C function: each is on disk before the next.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bodies.h"
#include "host.h"
#include "worker.h"

typedef struct {
    body *bodies;
    size_t count;
    char *path;
    uint64_t written;
} ingesting;

static inwise_client *mirror(const char *path) {
    char url[4096], *error;
    inwise_client *client;
    snprintf(url, sizeof url, "file:%s", path);
    must(inwise_open(url, NULL, &client, &error), &error);
    return client;
}

static void clear(const char *path) {
    static const char *const suffixes[] = {"", "-wal", "-shm", "-sync"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

static void run(void *state) {
    ingesting *work = state;
    uint64_t before = written_bytes();
    inwise_client *client = mirror(work->path);
    for (size_t i = 0; i < work->count; i++) {
        char *text;
        must(inwise_webhook_ingest(client, work->bodies[i].start, work->bodies[i].length, NULL, &text), &text);
        inwise_free(text);
    }
    inwise_close(client);
    work->written = written_bytes() - before;
}

static void answer(void *state, FILE *out) {
    ingesting *work = state;
    struct stat file;
    size_t events = 0;
    char *text;
    if (stat(work->path, &file) != 0) fail(work->path);
    inwise_client *client = mirror(work->path);
    inwise_cursor *cursor;
    inwise_status status;
    must(inwise_cursor_open(client, "webhookEvents", NULL, &cursor, &text), &text);
    while ((status = inwise_cursor_next(cursor, &text)) == INWISE_OK) {
        for (const char *at = text; (at = strstr(at, "\"event_id\":")); at++) events++;
        inwise_free(text);
    }
    must(status, &text);
    inwise_cursor_close(cursor);
    inwise_close(client);
    fprintf(out, "{\"events\":%zu,\"written\":%llu,\"file\":%lld}", events, (unsigned long long)work->written, (long long)file.st_size);
    clear(work->path);
}

int main(int argc, char **argv) {
    ingesting work = {0};
    if (argc < 4) fail("webhook_ingest FILE COUNT MIRROR");
    work.count = strtoull(argv[2], NULL, 10);
    work.bodies = load_bodies(argv[1], work.count);
    work.path = argv[3];
    clear(work.path);
    serve(run, answer, &work);
    return 0;
}
