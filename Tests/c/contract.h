/* SPDX-License-Identifier: MIT
 * What the programs that meet the contract share: the questions, a sandbox, and errors as the header describes them. */
#ifndef CONTRACT_H
#define CONTRACT_H

#include <inwise.h>
#include <stdio.h>
#include <string.h>

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
static inline int is_error(char *text, inwise_status status) {
    char expected[64];
    int good;
    if (text == NULL || text == untouched) return 0;
    snprintf(expected, sizeof expected, "\"code\":%d", (int)status);
    good = text[0] == '{' && strstr(text, expected) != NULL && strstr(text, inwise_status_name(status)) != NULL &&
           strstr(text, "\"message\":\"") != NULL;
    inwise_free(text);
    return good;
}

static inline inwise_client *open_sandbox(void) {
    inwise_client *client = NULL;
    char *error = untouched;
    CHECK(inwise_open(SANDBOX, NULL, &client, &error) == INWISE_OK);
    CHECK(client != NULL);
    CHECK(error == NULL);
    return client;
}

#endif
