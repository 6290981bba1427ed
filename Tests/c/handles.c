/* SPDX-License-Identifier: MIT
 * Every function with null, closed and made-up handles, and with those of another kind.
 * Runs under valgrind as well: nothing may leak. */
#include "contract.h"

static void quiet(inwise_log_level level, const char *line, void *context) {
    CHECK(level >= INWISE_LOG_ERROR && level <= INWISE_LOG_DEBUG);
    CHECK(line != NULL && strchr(line, '\n') == NULL);
    ++*(int *)context;
}

static int32_t never(const char *progress, void *context) {
    (void)progress;
    (void)context;
    CHECK(0 && "a sync began");
    return 1;
}

/* A sync with a handle that is none on either side. */
static void check_bad_sync(inwise_client *from, inwise_client *into) {
    char *text = untouched;
    CHECK(inwise_sync(from, into, NULL, never, untouched, &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    CHECK(inwise_sync(from, into, "{}", NULL, NULL, NULL) == INWISE_ERR_CLOSED);
}

/* Every function that takes a client, with a handle that is none. */
static void check_bad_client(inwise_client *client) {
    inwise_cursor *cursor = (inwise_cursor *)(void *)untouched;
    char *text;
    int i, http_status = -1;
    for (i = 0; i < question_count; i++) {
        text = untouched;
        CHECK(questions[i].ask(client, questions[i].query, &text) == INWISE_ERR_CLOSED);
        CHECK(is_error(text, INWISE_ERR_CLOSED));
        CHECK(questions[i].ask(client, questions[i].query, NULL) == INWISE_ERR_CLOSED);
    }
    text = untouched;
    CHECK(inwise_cursor_open(client, "activities", NULL, &cursor, &text) == INWISE_ERR_CLOSED);
    CHECK(cursor == NULL);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    CHECK(inwise_cursor_open(client, "activities", NULL, &cursor, NULL) == INWISE_ERR_CLOSED);
    text = untouched;
    CHECK(inwise_handle(client, "GET", "/campaigns/email/activities", NULL, &http_status, &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    CHECK(inwise_handle(client, "GET", "/campaigns/email/activities", NULL, NULL, NULL) == INWISE_ERR_CLOSED);
    text = untouched;
    CHECK(inwise_acknowledge(client, "{\"consumer\":\"x\",\"method\":\"recentActivities\"}", &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    CHECK(inwise_acknowledge(client, NULL, NULL) == INWISE_ERR_CLOSED);
    check_bad_sync(client, client);
    CHECK(inwise_set_log(client, INWISE_LOG_DEBUG, quiet, &http_status) == INWISE_ERR_CLOSED);
    CHECK(inwise_cancel(client) == INWISE_ERR_CLOSED);
    CHECK(inwise_close(client) == INWISE_ERR_CLOSED);
}

static void check_bad_cursor(inwise_cursor *cursor) {
    char *text = untouched;
    CHECK(inwise_cursor_next(cursor, &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    text = untouched;
    CHECK(inwise_cursor_info(cursor, &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    CHECK(inwise_cursor_next(cursor, NULL) == INWISE_ERR_CLOSED);
    CHECK(inwise_cursor_info(cursor, NULL) == INWISE_ERR_CLOSED);
    CHECK(inwise_cursor_close(cursor) == INWISE_ERR_CLOSED);
}

static void check_bad_funnel(inwise_funnel *funnel, inwise_funnel *good) {
    char *text = untouched;
    unsigned char *bytes = (unsigned char *)untouched;
    size_t length = 99;
    CHECK(inwise_funnel_save(funnel, &bytes, &length) == INWISE_ERR_CLOSED && bytes == NULL && length == 0);
    CHECK(inwise_funnel_save(funnel, NULL, NULL) == INWISE_ERR_CLOSED);
    CHECK(inwise_funnel_add(funnel, "activities", "[]", 2, &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    text = untouched;
    CHECK(inwise_funnel_summary(funnel, NULL, &text) == INWISE_ERR_CLOSED);
    CHECK(is_error(text, INWISE_ERR_CLOSED));
    CHECK(inwise_funnel_add(funnel, "activities", "[]", 2, NULL) == INWISE_ERR_CLOSED);
    CHECK(inwise_funnel_summary(funnel, NULL, NULL) == INWISE_ERR_CLOSED);
    CHECK(inwise_funnel_merge(funnel, good) == INWISE_ERR_CLOSED);
    CHECK(inwise_funnel_merge(good, funnel) == INWISE_ERR_CLOSED);
    CHECK(inwise_funnel_close(funnel) == INWISE_ERR_CLOSED);
}

static void check_bad_handles(void) {
    inwise_client *client = open_sandbox();
    inwise_cursor *cursor = NULL;
    inwise_funnel *funnel = NULL, *good = NULL;
    uintptr_t made_up[] = {0, 1, 2, 7, 4096, 0xDEADBEEFu, (uintptr_t)-1, (uintptr_t)1 << (sizeof(uintptr_t) * 8 - 1)};
    size_t i;
    int here = 0;

    CHECK(inwise_cursor_open(client, "activities", NULL, &cursor, NULL) == INWISE_OK);
    CHECK(inwise_funnel_create(NULL, &funnel, NULL) == INWISE_OK);
    CHECK(inwise_funnel_create("{}", &good, NULL) == INWISE_OK);
    /* A handle of another kind is as good as none. */
    check_bad_client((inwise_client *)(void *)cursor);
    check_bad_client((inwise_client *)(void *)funnel);
    check_bad_sync(client, (inwise_client *)(void *)cursor);
    check_bad_sync((inwise_client *)(void *)funnel, client);
    check_bad_cursor((inwise_cursor *)(void *)client);
    check_bad_cursor((inwise_cursor *)(void *)funnel);
    check_bad_funnel((inwise_funnel *)(void *)client, good);
    check_bad_funnel((inwise_funnel *)(void *)cursor, good);

    CHECK(inwise_cursor_close(cursor) == INWISE_OK);
    CHECK(inwise_funnel_close(funnel) == INWISE_OK);
    CHECK(inwise_close(client) == INWISE_OK);
    check_bad_client(client);
    check_bad_cursor(cursor);
    check_bad_funnel(funnel, good);

    for (i = 0; i < sizeof made_up / sizeof made_up[0]; i++) {
        check_bad_client((inwise_client *)made_up[i]);
        check_bad_cursor((inwise_cursor *)made_up[i]);
        check_bad_funnel((inwise_funnel *)made_up[i], good);
    }
    check_bad_client((inwise_client *)(void *)&here);
    CHECK(inwise_funnel_close(good) == INWISE_OK);
}

int main(void) {
    check_bad_handles();
    return checks_done();
}
