/* SPDX-License-Identifier: MIT
 *
 * Prints a campaign's funnel, counted from every row, beside the service's own summary.
 *
 *     cc funnel.c $(pkg-config --cflags --libs inwise) -o funnel
 *     INWISE_API_KEY=… ./funnel https://api.inwise.com/rest/v1 1958368
 *
 * Exit code 0 if the two agree, 1 if they don't, 2 if something failed.
 */
#include <inwise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stages to show; the funnel and the service's summary name them alike. */
static const char *const stages[] = {
    "sent", "undelivered", "opens", "opens_unique", "clicks", "clicks_unique", "bounces", "bounces_unique",
    "unsubscribes", "unsubscribes_unique", "webversions_unique", "report_spam", "report_spam_unique", "onsite",
    "onsite_unique"};
enum { STAGES = sizeof stages / sizeof stages[0] };

/* A number out of a flat JSON object; a program with a JSON library uses that. */
static long long field(const char *json, const char *name) {
    char key[64];
    const char *at;
    snprintf(key, sizeof key, "\"%s\":", name);
    at = strstr(json, key);
    return at ? atoll(at + strlen(key)) : -1;
}

/* Says what went wrong, frees the text, and gives the exit code. */
static int failed(const char *what, char *error) {
    fprintf(stderr, "%s: %s\n", what, error ? error : "no details");
    inwise_free(error);
    return 2;
}

/* Adds every row of a method to the funnel. Returns how many pages there were, or -1 after saying why not. */
static int add_all(inwise_client *client, inwise_funnel *funnel, const char *method, const char *query) {
    inwise_cursor *cursor;
    inwise_status status;
    char *text;
    int pages = 0;
    if (inwise_cursor_open(client, method, query, &cursor, &text) != INWISE_OK) return failed(method, text), -1;
    while ((status = inwise_cursor_next(cursor, &text)) == INWISE_OK) {
        char *error = NULL;
        inwise_status added = inwise_funnel_add(funnel, method, text, strlen(text), &error);
        inwise_free(text);
        if (added != INWISE_OK) {
            inwise_cursor_close(cursor);
            return failed(method, error), -1;
        }
        pages++;
    }
    inwise_cursor_close(cursor);
    if (status != INWISE_DONE) return failed(method, text), -1;
    return pages;
}

static void bar(long long value, long long whole) {
    int width = whole > 0 ? (int)(value * 40 / whole) : 0, i;
    if (width == 0 && value > 0) width = 1;
    for (i = 0; i < width && i < 60; i++) fputs("█", stdout);
}

static int show(inwise_client *client, const char *campaign) {
    /* Without a date the service answers for the past week only. */
    char query[128], summary_query[64], *text = NULL, *counted = NULL, *stated = NULL;
    inwise_funnel *funnel;
    int i, pages, differences = 0;
    long long whole;

    snprintf(query, sizeof query, "{\"campaign_id\":%s,\"date_from\":\"2000-01-01\"}", campaign);
    snprintf(summary_query, sizeof summary_query, "{\"campaign_id\":%s}", campaign);
    if (inwise_funnel_create(NULL, &funnel, &text) != INWISE_OK) return failed("funnel", text);

    pages = add_all(client, funnel, "sentEmails", query);
    for (i = 0; i < 2 && pages >= 0; i++) {
        int more = add_all(client, funnel, i == 0 ? "undelivered" : "activities", query);
        pages = more < 0 ? -1 : pages + more;
    }
    if (pages < 0) {
        inwise_funnel_close(funnel);
        return 2;
    }
    if (inwise_funnel_summary(funnel, summary_query, &counted) != INWISE_OK) {
        inwise_funnel_close(funnel);
        return failed("funnel", counted);
    }
    inwise_funnel_close(funnel);
    if (inwise_activities_summary(client, summary_query, &stated) != INWISE_OK) {
        inwise_free(counted);
        return failed("activitiesSummary", stated);
    }

    whole = field(counted, "sent");
    printf("Campaign %s, %d pages of rows\n\n%-20s %10s %10s\n", campaign, pages, "", "counted", "service");
    for (i = 0; i < STAGES; i++) {
        long long ours = field(counted, stages[i]), theirs = field(stated, stages[i]);
        printf("%-20s %10lld %10lld  ", stages[i], ours, theirs);
        bar(ours, whole);
        if (ours != theirs) {
            printf("  they differ");
            differences++;
        }
        putchar('\n');
    }
    if (differences)
        printf("\nThe rows and the service's summary differ in %d of %d counts.\n", differences, STAGES);
    else
        printf("\nThe rows add up to the service's summary in all %d counts.\n", STAGES);
    inwise_free(counted);
    inwise_free(stated);
    return differences ? 1 : 0;
}

int main(int argc, char **argv) {
    const char *key = getenv("INWISE_API_KEY");
    char options[256], *error = NULL;
    inwise_client *client;
    int code;

    if (argc != 3 || argv[2][strspn(argv[2], "0123456789")] != '\0' || strlen(argv[2]) > 18) {
        fprintf(stderr, "usage: %s URL CAMPAIGN_ID\n", argv[0]);
        return 2;
    }
    if (key && strlen(key) < 128 && !strpbrk(key, "\"\\"))
        snprintf(options, sizeof options, "{\"api_key\":\"%s\"}", key);
    else
        strcpy(options, "{}");
    if (inwise_open(argv[1], options, &client, &error) != INWISE_OK) return failed("inwise_open", error);
    code = show(client, argv[2]);
    inwise_close(client);
    return code;
}
