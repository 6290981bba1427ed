/* SPDX-License-Identifier: MIT
 *
 * Prints a campaign's funnel, counted from every row, beside the service's own summary.
 *
 *     cc funnel.c $(pkg-config --cflags --libs inwise jansson) -o funnel
 *     INWISE_API_KEY=… ./funnel https://api.inwise.com/rest/v1 1958368
 *
 * Exit code 0 if the two agree, 1 if they don't, 2 if something failed.
 */
#include <inwise.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stages to show; the funnel and the service's summary name them alike. */
static const char *const stages[] = {
    "sent", "undelivered", "opens", "opens_unique", "clicks", "clicks_unique", "bounces", "bounces_unique",
    "unsubscribes", "unsubscribes_unique", "webversions_unique", "report_spam", "report_spam_unique", "onsite",
    "onsite_unique"};
enum { STAGES = sizeof stages / sizeof stages[0] };

/* Says what went wrong, frees the text, and gives the exit code. */
static int failed(const char *what, char *error) {
    fprintf(stderr, "%s: %s\n", what, error ? error : "no details");
    inwise_free(error);
    return 2;
}

/* Adds every row of a method to the funnel, and counts its pages. Gives the exit code. */
static int add_all(inwise_client *client, inwise_funnel *funnel, const char *method, const char *query, int *pages) {
    inwise_cursor *cursor;
    inwise_status status;
    char *rows, *error = NULL;
    if (inwise_cursor_open(client, method, query, &cursor, &error) != INWISE_OK) return failed(method, error);
    while ((status = inwise_cursor_next(cursor, &rows)) == INWISE_OK) {
        inwise_status added = inwise_funnel_add(funnel, method, rows, strlen(rows), &error);
        inwise_free(rows);
        if (added != INWISE_OK) break;
        ++*pages;
    }
    inwise_cursor_close(cursor);
    if (status == INWISE_DONE) return 0;
    return failed(method, status == INWISE_OK ? error : rows);
}

static void print_bar(json_int_t value, json_int_t whole) {
    json_int_t width = whole > 0 ? value * 40 / whole : 0;
    if (width == 0 && value > 0) width = 1;
    if (width > 60) width = 60;
    for (; width > 0; width--) fputs("█", stdout);
}

/* A count as text; "none" where the service leaves it out. */
static const char *text_of(const json_t *count, char text[24]) {
    if (!json_is_integer(count)) return "none";
    snprintf(text, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(count));
    return text;
}

/* Gives the exit code. */
static int print_stages(const char *campaign, int pages, const json_t *counted, const json_t *stated) {
    json_int_t whole = json_integer_value(json_object_get(counted, "sent"));
    int i, differences = 0;
    printf("Campaign %s, %d pages of rows\n\n%-20s %10s %10s\n", campaign, pages, "", "counted", "service");
    for (i = 0; i < STAGES; i++) {
        const json_t *ours = json_object_get(counted, stages[i]), *theirs = json_object_get(stated, stages[i]);
        char our_text[24], their_text[24];
        printf("%-20s %10s %10s  ", stages[i], text_of(ours, our_text), text_of(theirs, their_text));
        print_bar(json_integer_value(ours), whole);
        if (!json_equal(ours, theirs)) {
            printf("  they differ");
            differences++;
        }
        putchar('\n');
    }
    if (differences)
        printf("\nThe rows and the service's summary differ in %d of %d counts.\n", differences, STAGES);
    else
        printf("\nThe rows add up to the service's summary in all %d counts.\n", STAGES);
    return differences ? 1 : 0;
}

static int show(inwise_client *client, inwise_funnel *funnel, const char *campaign) {
    /* Without a date the service answers for the past week only. */
    char query[80], summary_query[40], *counted_text, *stated_text;
    json_t *counted, *stated;
    int code, pages = 0;

    snprintf(query, sizeof query, "{\"campaign_id\":%s,\"date_from\":\"2000-01-01\"}", campaign);
    snprintf(summary_query, sizeof summary_query, "{\"campaign_id\":%s}", campaign);
    if ((code = add_all(client, funnel, "sentEmails", query, &pages)) != 0 ||
        (code = add_all(client, funnel, "undelivered", query, &pages)) != 0 ||
        (code = add_all(client, funnel, "activities", query, &pages)) != 0)
        return code;
    if (inwise_funnel_summary(funnel, summary_query, &counted_text) != INWISE_OK) return failed("funnel", counted_text);
    if (inwise_activities_summary(client, summary_query, &stated_text) != INWISE_OK) {
        inwise_free(counted_text);
        return failed("activitiesSummary", stated_text);
    }
    counted = json_loads(counted_text, 0, NULL);
    stated = json_loads(stated_text, 0, NULL);
    inwise_free(counted_text);
    inwise_free(stated_text);
    code = print_stages(campaign, pages, counted, stated);
    json_decref(counted);
    json_decref(stated);
    return code;
}

int main(int argc, char **argv) {
    const char *key = getenv("INWISE_API_KEY");
    inwise_client *client;
    inwise_funnel *funnel;
    json_t *options;
    char *text, *error;
    int code;

    if (argc != 3 || !*argv[2] || argv[2][strspn(argv[2], "0123456789")] || strlen(argv[2]) > 18) {
        fprintf(stderr, "usage: %s URL CAMPAIGN_ID\n", argv[0]);
        return 2;
    }
    /* A null is left out. */
    options = json_pack("{s:s*}", "api_key", key);
    text = json_dumps(options, 0);
    code = inwise_open(argv[1], text, &client, &error) == INWISE_OK ? 0 : failed("inwise_open", error);
    free(text);
    json_decref(options);
    if (code != 0) return code;
    if (inwise_funnel_create(NULL, &funnel, &error) == INWISE_OK) {
        code = show(client, funnel, argv[2]);
        inwise_funnel_close(funnel);
    } else {
        code = failed("funnel", error);
    }
    inwise_close(client);
    return code;
}
