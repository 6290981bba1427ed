/* SPDX-License-Identifier: MIT
 *
 * sync URL IN_FLIGHT FILE: a first sync of all activities into a new mirror, through the C function, from opening to closing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "worker.h"

typedef struct {
    const char *url, *path;
    char options[64], mirror[4096];
    uint64_t written;
} syncing;

static void remove_mirror(const syncing *work) {
    static const char *const beside[] = {"", "-wal", "-shm", "-sync"};
    char path[4096];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(path, sizeof path, "%s%s", work->path, beside[i]);
        unlink(path);
    }
}

static void run(void *state) {
    syncing *work = state;
    inwise_client *from, *into;
    uint64_t before = written_bytes();
    char *text;
    must(inwise_open(work->url, work->options, &from, &text), &text);
    must(inwise_open(work->mirror, NULL, &into, &text), &text);
    must(inwise_sync(from, into, "{\"methods\":[\"activities\"],\"recent\":false,\"audit\":\"none\"}", NULL, NULL, &text), &text);
    inwise_free(text);
    inwise_close(from);
    inwise_close(into);
    work->written = written_bytes() - before;
}

static void answer(void *state, FILE *out) {
    syncing *work = state;
    inwise_client *mirror;
    struct stat file;
    uint64_t ids = 0;
    char info[INFO_BYTES], *text;
    if (stat(work->path, &file)) fail(work->path);
    must(inwise_open(work->mirror, "{\"read_only\":true}", &mirror, &text), &text);
    walk_activities(mirror, &ids, info);
    inwise_close(mirror);
    fprintf(out, "{\"written\":%" PRIu64 ",\"file\":%lld,\"rows\":%" PRId64 ",\"ids\":\"%" PRIu64 "\"}", work->written,
            (long long)file.st_size, member(info, "rows"), ids);
    remove_mirror(work);
}

int main(int argc, char **argv) {
    if (argc < 4) fail("sync URL IN_FLIGHT FILE");
    syncing work = {.url = argv[1], .path = argv[3]};
    snprintf(work.options, sizeof work.options, "{\"pages_in_flight\":%d}", atoi(argv[2]));
    snprintf(work.mirror, sizeof work.mirror, "file:%s", work.path);
    remove_mirror(&work);
    serve(run, answer, &work);
    return 0;
}
