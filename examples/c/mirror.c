/* SPDX-License-Identifier: MIT
 *
 * Brings a mirror in step with a source, tells a campaign's funnel from it, and hands its new activities to a consumer, "crm".
 *
 *     cc mirror.c $(pkg-config --cflags --libs inwise jansson) -o mirror
 *     INWISE_API_KEY=… ./mirror https://api.inwise.com/rest/v1 file:mirror.db 1958368
 *
 * Exit code 0, 1 if the mirror is not complete, or 2 if something failed.
 */
#define _POSIX_C_SOURCE 200809L
#include <inwise.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Says what went wrong, frees the text, and gives the exit code. */
static int failed(const char *what, char *error) {
    fprintf(stderr, "%s: %s\n", what, error ? error : "no details");
    inwise_free(error);
    return 2;
}

/* A result's text as JSON; frees the text. */
static json_t *taken(char *text) {
    json_t *json = json_loads(text, 0, NULL);
    inwise_free(text);
    return json;
}

static json_int_t count(const json_t *object, const char *name) { return json_integer_value(json_object_get(object, name)); }

static int32_t show_progress(const char *progress, void *context) {
    json_t *state = json_loads(progress, 0, NULL);
    (void)context;
    fprintf(stderr, "\r%" JSON_INTEGER_FORMAT " rows", count(state, "rows"));
    json_decref(state);
    return 0; /* go on */
}

static size_t count_open(const json_t *gaps) {
    size_t i, open = 0;
    const json_t *gap;
    json_array_foreach(gaps, i, gap) open += !json_is_true(json_object_get(gap, "healed"));
    return open;
}

/* Gives the exit code. */
static int print_report(const json_t *report) {
    static const char *const methods[] = {"sentEmails", "undelivered", "activities"};
    const json_t *audit = json_object_get(report, "audit");
    size_t i;
    for (i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        const json_t *method = json_object_get(json_object_get(report, "methods"), methods[i]);
        json_int_t news = count(method, "new") + count(json_object_get(method, "recent"), "new");
        printf("%-11s %8" JSON_INTEGER_FORMAT " new rows\n", methods[i], news);
    }
    if (json_is_true(json_object_get(report, "complete"))) {
        puts("The mirror is complete.");
        return 0;
    }
    printf("The mirror is not complete: %d windows to read, %d gaps, %d campaigns that differ.\n",
           (int)json_array_size(json_object_get(report, "pending")), (int)count_open(json_object_get(report, "gaps")),
           (int)(count(audit, "checked") - count(audit, "equal")));
    return 1;
}

static int print_funnel(inwise_client *mirror, const char *campaign) {
    char query[40], *text;
    json_t *summary;
    snprintf(query, sizeof query, "{\"campaign_id\":%s}", campaign);
    if (inwise_activities_summary(mirror, query, &text) != INWISE_OK) return failed("activitiesSummary", text);
    summary = taken(text);
    printf("Campaign %s: %" JSON_INTEGER_FORMAT " sent, %" JSON_INTEGER_FORMAT " opened, %" JSON_INTEGER_FORMAT " clicked\n", campaign,
           count(summary, "sent"), count(summary, "opens_unique"), count(summary, "clicks_unique"));
    json_decref(summary);
    return 0;
}

static void print_row(const json_t *row) {
    static const char *const fields[] = {"action_date", "action_type", "campaign_id", "contact_id"};
    size_t i;
    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const json_t *value = json_object_get(row, fields[i]);
        if (i > 0) putchar(' ');
        if (json_is_string(value)) fputs(json_string_value(value), stdout);
        else if (json_is_integer(value)) printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
        else putchar('-');
    }
    putchar('\n');
}

/* What "crm" has not acknowledged; acknowledged once it is printed. Gives the exit code. */
static int hand_over(inwise_client *mirror) {
    char *text;
    size_t rows_of_page;
    do {
        json_t *rows, *row;
        size_t i;
        if (inwise_recent_activities(mirror, "{\"consumer\":\"crm\"}", &text) != INWISE_OK) return failed("recentActivities", text);
        rows = taken(text);
        rows_of_page = json_array_size(rows);
        json_array_foreach(rows, i, row) print_row(row);
        json_decref(rows);
        if (fflush(stdout) != 0) {
            perror("standard output");
            return 2;
        }
        /* Without "through": all that was given. */
        if (rows_of_page > 0 && inwise_acknowledge(mirror, "{\"consumer\":\"crm\",\"method\":\"recentActivities\"}", &text) != INWISE_OK)
            return failed("inwise_acknowledge", text);
    } while (rows_of_page > 0);
    return 0;
}

/* Gives the exit code. */
static int work(inwise_client *source, inwise_client *mirror, const char *campaign) {
    const int is_terminal = isatty(STDERR_FILENO);
    char *text;
    json_t *report;
    int code, complete;
    inwise_status status = inwise_sync(source, mirror, NULL, is_terminal ? show_progress : NULL, NULL, &text);
    if (is_terminal) fputc('\n', stderr);
    if (status != INWISE_OK) return failed("inwise_sync", text);
    report = taken(text);
    complete = print_report(report);
    json_decref(report);
    if ((code = print_funnel(mirror, campaign)) != 0 || (code = hand_over(mirror)) != 0) return code;
    return complete;
}

int main(int argc, char **argv) {
    const char *key = getenv("INWISE_API_KEY");
    inwise_client *source, *mirror;
    json_t *options;
    char *text, *error;
    int code;

    if (argc != 4 || !*argv[3] || argv[3][strspn(argv[3], "0123456789")] || strlen(argv[3]) > 18) {
        fprintf(stderr, "usage: %s URL MIRROR CAMPAIGN_ID\n", argv[0]);
        return 2;
    }
    /* A null is left out. */
    options = json_pack("{s:s*}", "api_key", key);
    text = json_dumps(options, 0);
    code = inwise_open(argv[1], text, &source, &error) == INWISE_OK ? 0 : failed("inwise_open", error);
    free(text);
    json_decref(options);
    if (code != 0) return code;
    if (inwise_open(argv[2], NULL, &mirror, &error) == INWISE_OK) {
        code = work(source, mirror, argv[3]);
        inwise_close(mirror);
    } else {
        code = failed("inwise_open", error);
    }
    inwise_close(source);
    return code;
}
