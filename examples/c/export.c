/* SPDX-License-Identifier: MIT
 *
 * Prints every activity of a month as CSV, newest rows first as they come.
 *
 *     cc export.c $(pkg-config --cflags --libs inwise jansson) -o export
 *     INWISE_API_KEY=… ./export https://api.inwise.com/rest/v1 2024-09 > activities.csv
 *
 * Exit code 0, or 2 if something failed.
 */
#include <inwise.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const fields[] = {
    "id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks", "additional_data"};
enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Says what went wrong, frees the text, and gives the exit code. */
static int failed(const char *what, char *error) {
    fprintf(stderr, "%s: %s\n", what, error ? error : "no details");
    inwise_free(error);
    return 2;
}

/* A field as RFC 4180 has it: in quotes, which are doubled within, where a character would be misread. */
static void print_text(const char *text) {
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"') putchar('"');
        putchar(*text);
    }
    putchar('"');
}

/* What a row doesn't have is empty. */
static void print_value(const json_t *value) {
    if (!value || json_is_null(value)) return;
    if (json_is_string(value)) {
        print_text(json_string_value(value));
    } else {
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        if (text) print_text(text);
        free(text);
    }
}

static void print_rows(const json_t *rows) {
    size_t i, field;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        for (field = 0; field < FIELDS; field++) {
            if (field > 0) putchar(',');
            print_value(json_object_get(row, fields[field]));
        }
        fputs("\r\n", stdout);
    }
}

static int last_day(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

static int export_month(inwise_client *client, int year, int month) {
    inwise_cursor *cursor;
    inwise_status status;
    char query[80], *text;
    size_t i;

    snprintf(query, sizeof query, "{\"date_from\":\"%04d-%02d-01\",\"date_to\":\"%04d-%02d-%02d\"}",
             year, month, year, month, last_day(year, month));
    if (inwise_cursor_open(client, "activities", query, &cursor, &text) != INWISE_OK) return failed("activities", text);
    for (i = 0; i < FIELDS; i++) printf("%s%s", i ? "," : "", fields[i]);
    fputs("\r\n", stdout);
    while ((status = inwise_cursor_next(cursor, &text)) == INWISE_OK) {
        json_t *rows = json_loads(text, 0, NULL);
        inwise_free(text);
        print_rows(rows);
        json_decref(rows);
        if (ferror(stdout)) break;
    }
    inwise_cursor_close(cursor);
    if (status < INWISE_OK) return failed("activities", text);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("standard output");
        return 2;
    }
    return 0;
}

int main(int argc, char **argv) {
    const char *key = getenv("INWISE_API_KEY");
    inwise_client *client;
    json_t *options;
    char *text, *error;
    int year, month, code;

    if (argc != 3 || strlen(argv[2]) != 7 || strspn(argv[2], "0123456789") != 4 || argv[2][4] != '-' ||
        strspn(argv[2] + 5, "0123456789") != 2 || (year = atoi(argv[2])) < 1 || (month = atoi(argv[2] + 5)) < 1 || month > 12) {
        fprintf(stderr, "usage: %s URL YYYY-MM\n", argv[0]);
        return 2;
    }
    /* A null is left out. */
    options = json_pack("{s:s*}", "api_key", key);
    text = json_dumps(options, 0);
    code = inwise_open(argv[1], text, &client, &error) == INWISE_OK ? 0 : failed("inwise_open", error);
    free(text);
    json_decref(options);
    if (code != 0) return code;
    code = export_month(client, year, month);
    inwise_close(client);
    return code;
}
