/* SPDX-License-Identifier: MIT
 * Texts in and out: without the out-parameters, and with texts that are no JSON or say what is not allowed.
 * Runs under valgrind as well: nothing may leak. */
#include <stdlib.h>

#include "contract.h"

static void check_names(void) {
    static const char *const names[] = {
        "done",    "ok",      "argument",  "auth",     "not_found", "rate_limit", "http",   "server",
        "network", "timeout", "cancelled", "protocol", "store",     "closed",     "memory", "internal",
    };
    int code;
    for (code = 1; code >= INWISE_ERR_INTERNAL; code--) CHECK(strcmp(inwise_status_name(code), names[1 - code]) == 0);
    CHECK(strcmp(inwise_status_name(2), "unknown") == 0 && strcmp(inwise_status_name(-15), "unknown") == 0);
    CHECK(strcmp(inwise_version(), INWISE_VERSION) == 0);
    inwise_free(NULL);
}

/* A text that nobody wants is not made; the call does its work all the same. */
static void check_unwanted_texts(void) {
    inwise_client *client = open_sandbox();
    inwise_cursor *cursor = NULL;
    inwise_funnel *funnel = NULL;
    inwise_status status = INWISE_OK;
    char *error = untouched;
    int i, pages = 0;
    for (i = 0; i < question_count; i++) CHECK(questions[i].ask(client, questions[i].query, NULL) == INWISE_OK);
    CHECK(inwise_handle(client, "GET", "/campaigns/email/activities", NULL, NULL, NULL) == INWISE_OK);
    CHECK(inwise_cursor_open(client, "activities", "{\"page_size\":10}", &cursor, NULL) == INWISE_OK);
    while (pages < 1000 && (status = inwise_cursor_next(cursor, NULL)) == INWISE_OK) pages++;
    CHECK(status == INWISE_DONE && pages > 0);
    CHECK(inwise_cursor_info(cursor, NULL) == INWISE_OK);
    CHECK(inwise_cursor_close(cursor) == INWISE_OK);
    CHECK(inwise_funnel_create(NULL, &funnel, NULL) == INWISE_OK);
    CHECK(inwise_funnel_add(funnel, "activities", "[{\"id\":1}]", 10, &error) == INWISE_OK && error == NULL);
    CHECK(inwise_funnel_add(funnel, "activities", "[]", 2, NULL) == INWISE_OK);
    CHECK(inwise_funnel_summary(funnel, NULL, NULL) == INWISE_OK);
    CHECK(inwise_funnel_close(funnel) == INWISE_OK);
    CHECK(inwise_close(client) == INWISE_OK);
}

/* Whether inwise_open refuses this and leaves no handle. */
static int refuses(const char *url, const char *options) {
    inwise_client *client = (inwise_client *)(void *)untouched;
    char *error = untouched;
    inwise_status status = inwise_open(url, options, &client, &error);
    return status == INWISE_ERR_ARGUMENT && client == NULL && is_error(error, status);
}

static void check_bad_texts(void) {
    enum { depth = 100000 };
    static const char *const texts[] = {
        "", " ", "[]", "42", "null", "{", "{} x", "{\"nonsense\":1}", "{\"timeout_seconds\":\"30\"}", "\xff\xfe",
        "{\"\xc3\x28\":1}", "{\"api_key\":\"a\\r\\nX: y\"}", "{\"api_key\":\"a\\u0000b\"}",
        "{\"page_size\":5,\"page_size\":6}", "{\"page_size\":1e400}",
        "{\"page_size\":99999999999999999999}", "{\"user_agent\":\"\\ud800\"}",
    };
    inwise_client *client = open_sandbox();
    inwise_cursor *cursor = NULL;
    inwise_funnel *funnel = NULL;
    char *deep = malloc(depth + 1), *text;
    size_t i;
    int q;

    CHECK(refuses(NULL, NULL) && refuses("", NULL) && refuses("nonsense", NULL) && refuses("ftp://127.0.0.1/", NULL));
    CHECK(refuses("sandbox:?nonsense=1", NULL) && refuses("\xff", NULL) && refuses("http://inwise.invalid/", NULL));
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK(refuses("http://127.0.0.1:1/", texts[i]));
        for (q = 0; q < question_count; q++) {
            text = untouched;
            CHECK(questions[q].ask(client, texts[i], &text) == INWISE_ERR_ARGUMENT);
            CHECK(is_error(text, INWISE_ERR_ARGUMENT));
            CHECK(questions[q].ask(client, texts[i], NULL) == INWISE_ERR_ARGUMENT);
        }
    }
    CHECK(deep != NULL);
    if (deep != NULL) {
        memset(deep, '[', depth);
        deep[depth] = '\0';
        CHECK(refuses("http://127.0.0.1:1/", deep));
        CHECK(inwise_activities(client, deep, NULL) == INWISE_ERR_ARGUMENT);
        CHECK(inwise_funnel_create("{}", &funnel, NULL) == INWISE_OK);
        CHECK(inwise_funnel_add(funnel, "activities", deep, depth, NULL) == INWISE_ERR_PROTOCOL);
        CHECK(inwise_funnel_add(funnel, "activities", NULL, 5, NULL) < 0);
        CHECK(inwise_funnel_add(funnel, NULL, "[]", 2, NULL) == INWISE_ERR_ARGUMENT);
        CHECK(inwise_funnel_summary(funnel, deep, NULL) == INWISE_ERR_ARGUMENT);
        CHECK(inwise_funnel_close(funnel) == INWISE_OK);
        free(deep);
    }
    CHECK(inwise_cursor_open(client, NULL, NULL, &cursor, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_cursor_open(client, "nonsense", NULL, &cursor, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_cursor_open(client, "activities", NULL, NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_open(SANDBOX, NULL, NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_funnel_create(NULL, NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_handle(client, NULL, NULL, NULL, NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_handle(client, "GET", "/", "[]", NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_close(client) == INWISE_OK);
}

int main(void) {
    check_names();
    check_unwanted_texts();
    check_bad_texts();
    return checks_done();
}
