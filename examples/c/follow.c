/* SPDX-License-Identifier: MIT
 *
 * Prints what is new in the activity feed, a line for each row. Reading the feed consumes it.
 *
 *     cc follow.c $(pkg-config --cflags --libs inwise jansson) -o follow
 *     INWISE_API_KEY=… ./follow https://api.inwise.com/rest/v1 [POLLS [SECONDS]]
 *
 * Asks POLLS times (0, the default, means for ever), SECONDS (60) apart. Exit code 0, or 2 if something failed.
 */
#define _POSIX_C_SOURCE 200809L
#include <inwise.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A feed gives at most so many rows at a time: with that many there may be more. */
enum { FULL = 1000 };

/* Says what went wrong, frees the text, and gives the exit code. */
static int failed(const char *what, char *error) {
    fprintf(stderr, "%s: %s\n", what, error ? error : "no details");
    inwise_free(error);
    return 2;
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

/* Prints all that is new. Gives the exit code. */
static int poll_feed(inwise_client *client) {
    size_t count;
    do {
        char *text;
        json_t *rows, *row;
        size_t i;
        if (inwise_recent_activities(client, NULL, &text) != INWISE_OK) return failed("recentActivities", text);
        rows = json_loads(text, 0, NULL);
        inwise_free(text);
        count = json_array_size(rows);
        json_array_foreach(rows, i, row) print_row(row);
        json_decref(rows);
        if (fflush(stdout) != 0) {
            perror("standard output");
            return 2;
        }
    } while (count == FULL);
    return 0;
}

static int follow(inwise_client *client, unsigned long polls, unsigned seconds) {
    unsigned long done = 0;
    for (;;) {
        int code = poll_feed(client);
        if (code != 0 || ++done == polls) return code;
        sleep(seconds);
    }
}

static int is_number(const char *text) { return *text && strlen(text) < 10 && !text[strspn(text, "0123456789")]; }

int main(int argc, char **argv) {
    const char *key = getenv("INWISE_API_KEY");
    inwise_client *client;
    json_t *options;
    char *text, *error;
    int code;

    if (argc < 2 || argc > 4 || (argc > 2 && !is_number(argv[2])) || (argc > 3 && !is_number(argv[3]))) {
        fprintf(stderr, "usage: %s URL [POLLS [SECONDS]]\n", argv[0]);
        return 2;
    }
    /* A null is left out. */
    options = json_pack("{s:s*}", "api_key", key);
    text = json_dumps(options, 0);
    code = inwise_open(argv[1], text, &client, &error) == INWISE_OK ? 0 : failed("inwise_open", error);
    free(text);
    json_decref(options);
    if (code != 0) return code;
    code = follow(client, argc > 2 ? strtoul(argv[2], NULL, 10) : 0, argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 60);
    inwise_close(client);
    return code;
}
