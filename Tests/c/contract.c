/* SPDX-License-Identifier: MIT
 * The contract as a C program meets it: every function with null, closed and made-up handles, with and without
 * out-parameters and with texts that are no JSON. Runs under valgrind as well: nothing may leak. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <inwise.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#define SANDBOX "sandbox:?seed=7&campaigns=2&contacts=40&now=2024-09-20T12:00:00"

typedef inwise_status (*question_fn)(inwise_client *, const char *, char **);

static const struct {
    question_fn ask;
    const char *query;
} questions[] = {
    {inwise_sent_emails, NULL},       {inwise_undelivered, NULL},        {inwise_activities, NULL},
    {inwise_activities_summary, "{\"campaign_id\":1}"}, {inwise_recent_activities, NULL},
    {inwise_recent_sent_emails, NULL}, {inwise_recent_undelivered, NULL},
};
enum { question_count = sizeof questions / sizeof questions[0] };

/* A value that an out-parameter must lose, whatever happens. */
static char untouched[] = "untouched";

/* Whether text is the JSON of an error of this status; frees it. */
static int is_error(char *text, inwise_status status) {
    char expected[64];
    int good;
    if (text == NULL || text == untouched) return 0;
    snprintf(expected, sizeof expected, "\"code\":%d", (int)status);
    good = text[0] == '{' && strstr(text, expected) != NULL && strstr(text, inwise_status_name(status)) != NULL &&
           strstr(text, "\"message\":\"") != NULL;
    inwise_free(text);
    return good;
}

static inwise_client *open_sandbox(void) {
    inwise_client *client = NULL;
    char *error = untouched;
    CHECK(inwise_open(SANDBOX, NULL, &client, &error) == INWISE_OK);
    CHECK(client != NULL);
    CHECK(error == NULL);
    return client;
}

static void quiet(inwise_log_level level, const char *line, void *context) {
    CHECK(level >= INWISE_LOG_ERROR && level <= INWISE_LOG_DEBUG);
    CHECK(line != NULL && strchr(line, '\n') == NULL);
    ++*(int *)context;
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

/* A funnel as bytes and back, and bytes that are none. */
static void check_saved_funnels(void) {
    static const char rows[] = "[{\"campaign_id\":7,\"contact_id\":5,\"action_type\":\"emailOpened\",\"action_date\":\"2024-09-02\"}]";
    inwise_funnel *funnel = NULL, *loaded = (inwise_funnel *)(void *)untouched;
    unsigned char *bytes = (unsigned char *)untouched, *again = NULL;
    size_t length = 0, length_again = 0, cut;
    char *text = untouched, *copy = untouched;
    CHECK(inwise_funnel_create(NULL, &funnel, NULL) == INWISE_OK);
    CHECK(inwise_funnel_add(funnel, "activities", rows, sizeof rows - 1, NULL) == INWISE_OK);

    CHECK(inwise_funnel_save(funnel, NULL, &length) == INWISE_ERR_ARGUMENT && length == 0);
    CHECK(inwise_funnel_save(funnel, &bytes, NULL) == INWISE_ERR_ARGUMENT && bytes == NULL);
    CHECK(inwise_funnel_save(funnel, NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_funnel_save(funnel, &bytes, &length) == INWISE_OK && bytes != NULL && length > 32);

    CHECK(inwise_funnel_load(bytes, length, &loaded, &text) == INWISE_OK && text == NULL);
    CHECK(inwise_funnel_save(loaded, &again, &length_again) == INWISE_OK);
    CHECK(length_again == length && again != NULL && memcmp(bytes, again, length) == 0);
    CHECK(inwise_funnel_summary(funnel, "{\"group_by\":\"day\"}", &text) == INWISE_OK);
    CHECK(inwise_funnel_summary(loaded, "{\"group_by\":\"day\"}", &copy) == INWISE_OK);
    CHECK(text != NULL && copy != NULL && strcmp(text, copy) == 0 && strstr(text, "\"day\":\"2024-09-02\"") != NULL);
    inwise_free(text);
    inwise_free(copy);
    CHECK(inwise_funnel_close(loaded) == INWISE_OK);

    for (cut = 0; cut < length; cut++) {
        loaded = (inwise_funnel *)(void *)untouched;
        text = untouched;
        CHECK(inwise_funnel_load(bytes, cut, &loaded, &text) == INWISE_ERR_ARGUMENT && loaded == NULL);
        CHECK(is_error(text, INWISE_ERR_ARGUMENT));
        bytes[cut] ^= 1;
        CHECK(inwise_funnel_load(bytes, length, &loaded, NULL) == INWISE_ERR_ARGUMENT && loaded == NULL);
        bytes[cut] ^= 1;
    }
    text = untouched;
    CHECK(inwise_funnel_load(NULL, 0, &loaded, &text) == INWISE_ERR_ARGUMENT && loaded == NULL);
    CHECK(is_error(text, INWISE_ERR_ARGUMENT));
    CHECK(inwise_funnel_load(bytes, (size_t)-1, &loaded, NULL) == INWISE_ERR_ARGUMENT && loaded == NULL);
    text = untouched;
    CHECK(inwise_funnel_load(bytes, length, NULL, &text) == INWISE_ERR_ARGUMENT);
    CHECK(is_error(text, INWISE_ERR_ARGUMENT));
    CHECK(inwise_funnel_load(NULL, 7, NULL, NULL) == INWISE_ERR_ARGUMENT);

    CHECK(inwise_funnel_close(funnel) == INWISE_OK);
    inwise_free_bytes(again);
    inwise_free_bytes(bytes); /* after its funnel */
    inwise_free_bytes(NULL);
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

/* A service that nobody is, on a port that is bound and not listened on: a remote source's error, and its cursor's end. */
static void check_refused_connection(void) {
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    int bound = socket(AF_INET, SOCK_STREAM, 0);
    inwise_client *client = NULL;
    inwise_cursor *cursor = NULL;
    char url[64], *text = untouched;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(bound, (struct sockaddr *)&address, length) == 0);
    CHECK(getsockname(bound, (struct sockaddr *)&address, &length) == 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/rest/v1", ntohs(address.sin_port));
    CHECK(inwise_open(url, "{\"max_retries\":0,\"api_key\":\"secret-key\",\"proxy\":\"\"}", &client, NULL) == INWISE_OK);
    CHECK(inwise_activities(client, NULL, &text) == INWISE_ERR_NETWORK);
    CHECK(text != NULL && strstr(text, "secret-key") == NULL);
    CHECK(is_error(text, INWISE_ERR_NETWORK));
    CHECK(inwise_cursor_open(client, "activities", NULL, &cursor, NULL) == INWISE_OK);
    CHECK(inwise_cursor_next(cursor, NULL) == INWISE_ERR_NETWORK);
    CHECK(inwise_close(client) == INWISE_OK); /* before its cursor */
    CHECK(inwise_cursor_next(cursor, NULL) == INWISE_ERR_CLOSED);
    inwise_cursor_close(cursor);
    CHECK(inwise_cursor_close(cursor) == INWISE_ERR_CLOSED);
    close(bound);
}

int main(void) {
    check_names();
    check_bad_handles();
    check_unwanted_texts();
    check_saved_funnels();
    check_bad_texts();
    check_refused_connection();
    return checks_done();
}
