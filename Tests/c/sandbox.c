/* SPDX-License-Identifier: MIT
 * A tour of the sandbox from C: questions, a walk, a funnel that must equal the service's summary, REST, log and cancel.
 * Runs under valgrind as well. */
#include <inwise.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define SANDBOX "sandbox:?seed=7&campaigns=2&contacts=300&now=2024-09-20T12:00:00"
#define EVER "{\"date_from\":\"2000-01-01\",\"page_size\":70}"

static const char *const kinds[] = {"sentEmails", "undelivered", "activities"};

/* Walks every page of a method into the funnel; how many pages there were. */
static int walk(inwise_client *client, const char *kind, inwise_funnel *funnel) {
    inwise_cursor *cursor = NULL;
    char *rows = NULL, *info = NULL;
    inwise_status status;
    int pages = 0;
    CHECK(inwise_cursor_open(client, kind, EVER, &cursor, NULL) == INWISE_OK);
    while ((status = inwise_cursor_next(cursor, &rows)) == INWISE_OK) {
        char *error = NULL;
        CHECK(rows != NULL && rows[0] == '[' && rows[1] == '{');
        CHECK(inwise_funnel_add(funnel, kind, rows, strlen(rows), &error) == INWISE_OK);
        CHECK(error == NULL);
        inwise_free(rows);
        pages++;
    }
    CHECK(status == INWISE_DONE && rows == NULL);
    CHECK(inwise_cursor_next(cursor, &rows) == INWISE_DONE && rows == NULL);
    CHECK(inwise_cursor_info(cursor, &info) == INWISE_OK);
    CHECK(info != NULL && strstr(info, "\"window_defaulted\":false") != NULL);
    inwise_free(info);
    CHECK(inwise_cursor_close(cursor) == INWISE_OK);
    return pages;
}

/* The first campaign that the account's rows name. */
static long first_campaign(inwise_client *client) {
    char *rows = NULL, *found;
    long campaign = 0;
    CHECK(inwise_sent_emails(client, EVER, &rows) == INWISE_OK);
    if (rows != NULL && (found = strstr(rows, "\"campaign_id\":")) != NULL) campaign = strtol(found + 14, NULL, 10);
    inwise_free(rows);
    CHECK(campaign > 0);
    return campaign;
}

static void check_funnel(inwise_client *client) {
    inwise_funnel *whole = NULL, *parts = NULL, *part = NULL;
    char query[64], *summary = NULL, *counted = NULL, *merged = NULL;
    size_t i, length;
    snprintf(query, sizeof query, "{\"campaign_id\":%ld}", first_campaign(client));
    CHECK(inwise_funnel_create(NULL, &whole, NULL) == INWISE_OK && inwise_funnel_create(NULL, &parts, NULL) == INWISE_OK);
    for (i = 0; i < 3; i++) {
        int pages = walk(client, kinds[i], whole);
        CHECK(pages > (i == 1 ? 0 : 4));
        CHECK(inwise_funnel_create(NULL, &part, NULL) == INWISE_OK);
        CHECK(walk(client, kinds[i], part) == pages);
        CHECK(inwise_funnel_merge(parts, part) == INWISE_OK);
        CHECK(inwise_funnel_close(part) == INWISE_OK);
    }
    CHECK(inwise_activities_summary(client, query, &summary) == INWISE_OK);
    CHECK(inwise_funnel_summary(whole, query, &counted) == INWISE_OK);
    CHECK(inwise_funnel_summary(parts, query, &merged) == INWISE_OK);
    /* The same fields in the same order, then the funnel's own. */
    length = summary == NULL ? 0 : strlen(summary);
    CHECK(length > 100 && counted != NULL && strncmp(summary, counted, length - 1) == 0 && counted[length - 1] == ',');
    CHECK(counted != NULL && merged != NULL && strcmp(counted, merged) == 0);
    inwise_free(summary);
    inwise_free(counted);
    inwise_free(merged);
    CHECK(inwise_funnel_close(whole) == INWISE_OK && inwise_funnel_close(parts) == INWISE_OK);
}

static void check_questions(inwise_client *client) {
    char *direct = NULL, *served = NULL;
    int http_status = 0;
    CHECK(inwise_undelivered(client, "{\"page_size\":5}", &direct) == INWISE_OK);
    CHECK(inwise_handle(client, "GET", "/rest/v1/campaigns/email/undelivered?page_size=5", "{\"Accept\":\"*/*\"}", &http_status,
                        &served) == INWISE_OK);
    CHECK(http_status == 200 && direct != NULL && served != NULL && strcmp(direct, served) == 0);
    inwise_free(direct);
    inwise_free(served);
    CHECK(inwise_handle(client, "PUT", "/campaigns/email/undelivered", NULL, &http_status, &served) == INWISE_OK);
    CHECK(http_status == 405 && served != NULL);
    inwise_free(served);

    CHECK(inwise_recent_activities(client, NULL, NULL) == INWISE_OK);
    CHECK(inwise_recent_sent_emails(client, "{}", NULL) == INWISE_OK);
    CHECK(inwise_recent_undelivered(client, "{\"params\":{}}", &direct) == INWISE_OK);
    CHECK(direct != NULL && direct[0] == '[');
    inwise_free(direct);
    CHECK(inwise_cancel(client) == INWISE_OK);
    CHECK(inwise_activities(client, "{\"action_type\":\"emailClicked\"}", NULL) == INWISE_OK);
}

static void count_line(inwise_log_level level, const char *line, void *context) {
    CHECK(level >= INWISE_LOG_ERROR && level <= INWISE_LOG_DEBUG && line != NULL && strchr(line, '\n') == NULL);
    ++*(int *)context;
}

static void check_log(inwise_client *client) {
    int lines = 0, before;
    CHECK(inwise_set_log(client, INWISE_LOG_DEBUG, count_line, &lines) == INWISE_OK);
    CHECK(inwise_activities(client, NULL, NULL) == INWISE_OK);
    before = lines;
    CHECK(inwise_set_log(client, INWISE_LOG_DEBUG, NULL, NULL) == INWISE_OK);
    CHECK(inwise_activities(client, NULL, NULL) == INWISE_OK);
    CHECK(inwise_set_log(client, INWISE_LOG_OFF, count_line, &lines) == INWISE_OK);
    CHECK(inwise_activities(client, NULL, NULL) == INWISE_OK);
    CHECK(lines == before);
}

int main(void) {
    inwise_client *client = NULL;
    char *error = NULL;
    CHECK(inwise_open(SANDBOX, "{\"timeout_seconds\":60}", &client, &error) == INWISE_OK);
    CHECK(error == NULL);
    check_questions(client);
    check_funnel(client);
    check_log(client);
    CHECK(inwise_close(client) == INWISE_OK);
    CHECK(inwise_close(client) == INWISE_ERR_CLOSED);
    return checks_done();
}
