/* SPDX-License-Identifier: MIT
 * Runs the golden vectors over the C API: `vectors BASE FOLDER`, where BASE is what FOLDER's server.py says. Each case that
 * fails is named with what differs; the last line counts them. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <inwise.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 };

/* What no error may show, where the case doesn't name a key of its own. */
static const char canary[] = "canary-of-the-vectors-5a1e";

/* What a case came to: a status, and the result or the error. */
typedef struct {
    inwise_status status;
    json_t *value;
} outcome;

/* Says what is wrong with the case, and gives 0. */
static int wrong(const char *name, const char *what, const char *where, const json_t *want, const json_t *got) {
    char *wanted = want ? json_dumps(want, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;
    char *gotten = got ? json_dumps(got, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;
    printf("FAILED %s: %s%s: expected %.300s, got %.300s\n", name, what, where, wanted ? wanted : "nothing", gotten ? gotten : "nothing");
    free(wanted);
    free(gotten);
    return 0;
}

/* ---------------------------------------------------------------- files */

/* A file's bytes and a NUL, to be freed; NULL if there is none. */
static char *read_file(const char *folder, const char *name, size_t *length) {
    char path[PATH_SIZE], *bytes = NULL;
    FILE *file;
    long size;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file) return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && (bytes = malloc((size_t)size + 1))) {
        rewind(file);
        *length = fread(bytes, 1, (size_t)size, file);
        bytes[*length] = '\0';
    }
    fclose(file);
    return bytes;
}

static json_t *load(const char *folder, const char *name) {
    size_t length = 0;
    char *text = read_file(folder, name, &length);
    json_t *value = text ? json_loadb(text, length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL) : NULL;
    free(text);
    return value;
}

/* ---------------------------------------------------------------- what is done */

/* Takes over a text that the library gave with a status: decodes and frees it. */
static outcome came(inwise_status status, char **text) {
    outcome end = {status, NULL};
    if (*text) end.value = json_loads(*text, JSON_DECODE_ANY, NULL);
    inwise_free(*text);
    return end;
}

typedef inwise_status question(inwise_client *, const char *, char **);

static const struct {
    const char *method;
    question *ask;
} questions[] = {
    {"sentEmails", inwise_sent_emails},
    {"undelivered", inwise_undelivered},
    {"activities", inwise_activities},
    {"activitiesSummary", inwise_activities_summary},
    {"recentActivities", inwise_recent_activities},
    {"recentSentEmails", inwise_recent_sent_emails},
    {"recentUndelivered", inwise_recent_undelivered},
};

static outcome ask(inwise_client *client, const char *method, const char *query) {
    char *text = NULL;
    size_t i;
    for (i = 0; i < sizeof questions / sizeof questions[0]; i++)
        if (strcmp(method, questions[i].method) == 0) return came(questions[i].ask(client, query, &text), &text);
    return came(INWISE_ERR_INTERNAL, &text);
}

static outcome walk(inwise_client *client, const char *method, const char *query) {
    inwise_cursor *cursor = NULL;
    char *text = NULL;
    outcome end = came(inwise_cursor_open(client, method, query, &cursor, &text), &text);
    json_t *rows;
    if (end.status != INWISE_OK) return end;
    rows = json_array();
    for (;;) {
        end = came(inwise_cursor_next(cursor, &text), &text);
        if (end.status != INWISE_OK) break;
        json_array_extend(rows, end.value);
        json_decref(end.value);
    }
    inwise_cursor_close(cursor);
    if (end.status != INWISE_DONE) {
        json_decref(rows);
        return end;
    }
    end.status = INWISE_OK;
    end.value = rows;
    return end;
}

static outcome count(const char *folder, const char *query) {
    static const char *const kinds[] = {"sentEmails", "undelivered", "activities"};
    inwise_funnel *funnel = NULL;
    char *text = NULL;
    outcome end = came(inwise_funnel_create(NULL, &funnel, &text), &text);
    size_t i;
    for (i = 0; i < 3 && end.status == INWISE_OK; i++) {
        char name[32], *rows;
        size_t length = 0;
        snprintf(name, sizeof name, "%s.json", kinds[i]);
        rows = read_file(folder, name, &length);
        if (!rows) continue;
        /* Read are as many bytes as are said, and no NUL behind them. */
        rows[length] = '!';
        end = came(inwise_funnel_add(funnel, kinds[i], rows, length, &text), &text);
        free(rows);
    }
    if (end.status == INWISE_OK) end = came(inwise_funnel_summary(funnel, query, &text), &text);
    inwise_funnel_close(funnel);
    return end;
}

/* Reads a webhook from memory that ends with it. */
static outcome parse(const char *folder, const char *options) {
    size_t length = 0;
    char *body = read_file(folder, "body", &length), *text = NULL;
    outcome end;
    /* Read are as many bytes as are said, and no NUL behind them. */
    if (body) body[length] = '!';
    end = came(inwise_webhook_parse(body, length, options, &text), &text);
    free(body);
    return end;
}

/* Asks what a case says of a source, or of a mirror of it. */
static outcome answer(inwise_client *client, const json_t *what) {
    const json_t *acknowledged = json_object_get(what, "acknowledge");
    const char *action = json_string_value(json_object_get(what, "do")), *method = json_string_value(json_object_get(what, "method"));
    char *text = NULL, *query = acknowledged ? json_dumps(acknowledged, 0) : NULL;
    outcome end = {INWISE_OK, NULL};
    if (acknowledged) end = came(inwise_acknowledge(client, query, &text), &text);
    free(query);
    if (end.status != INWISE_OK) return end;
    query = json_dumps(json_object_get(what, "query"), 0);
    end = strcmp(action, "walk") == 0 ? walk(client, method, query) : ask(client, method, query);
    free(query);
    return end;
}

/* The same of a new mirror, in a folder of its own, once it is in step with the source. */
static outcome answer_of_mirror(inwise_client *source, const json_t *what) {
    static const char *const files[] = {"mirror.db", "mirror.db-wal", "mirror.db-shm", "mirror.db-sync"};
    inwise_client *mirror = NULL;
    char folder[] = "/tmp/inwise-vectors-XXXXXX", url[PATH_SIZE], *text = NULL, *options = json_dumps(json_object_get(what, "mirror"), 0);
    outcome end;
    size_t i;
    if (!mkdtemp(folder)) return came(INWISE_ERR_INTERNAL, &text);
    snprintf(url, sizeof url, "file:%s/%s", folder, files[0]);
    end = came(inwise_open(url, options, &mirror, &text), &text);
    free(options);
    if (end.status == INWISE_OK) {
        options = json_dumps(json_object_get(what, "sync"), 0);
        end = came(inwise_sync(source, mirror, options, NULL, NULL, &text), &text);
        free(options);
    }
    if (end.status == INWISE_OK) {
        json_decref(end.value);
        end = answer(mirror, what);
    }
    if (mirror) inwise_close(mirror);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(url, sizeof url, "%s/%s", folder, files[i]);
        unlink(url);
    }
    rmdir(folder);
    return end;
}

/* Opens a source and does what a case says. */
static outcome ask_source(const char *url, json_t *options, const json_t *what) {
    inwise_client *client = NULL;
    char *text = NULL, *settings = json_dumps(options, 0);
    outcome end = came(inwise_open(url, settings, &client, &text), &text);
    free(settings);
    if (end.status == INWISE_OK) end = json_object_get(what, "sync") ? answer_of_mirror(client, what) : answer(client, what);
    if (client) inwise_close(client);
    return end;
}

/* ---------------------------------------------------------------- what it came to */

/* Whether two values are the same: 1 is 1.0; null is not missing. If not, says where. */
static int same(const char *name, const json_t *want, const json_t *got, const char *where) {
    char place[PATH_SIZE];
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_number(want) && json_is_number(got)) {
        int equal = json_is_integer(want) && json_is_integer(got) ? json_integer_value(want) == json_integer_value(got)
                                                                   : json_number_value(want) == json_number_value(got);
        return equal || wrong(name, "the result", where, want, got);
    }
    if (json_is_array(want) && json_is_array(got) && json_array_size(want) == json_array_size(got)) {
        for (i = 0; i < json_array_size(want); i++) {
            snprintf(place, sizeof place, "%s[%zu]", where, i);
            if (!same(name, json_array_get(want, i), json_array_get(got, i), place)) return 0;
        }
        return 1;
    }
    if (json_is_object(want) && json_is_object(got)) {
        json_object_foreach((json_t *)want, key, value) {
            snprintf(place, sizeof place, "%s.%s", where, key);
            if (!same(name, value, json_object_get(got, key), place)) return 0;
        }
        json_object_foreach((json_t *)got, key, value) {
            snprintf(place, sizeof place, "%s.%s", where, key);
            if (!json_object_get(want, key)) return wrong(name, "the result", place, NULL, value);
        }
        return 1;
    }
    return json_equal(want, got) || wrong(name, "the result", where, want, got);
}

/* What no error may show. */
static const char *secret(const json_t *options) {
    const char *key = json_string_value(json_object_get(options, "api_key")), *token = json_string_value(json_object_get(options, "token"));
    return key ? key : token ? token : canary;
}

/* Whether the error has what the vector says, is whole, and keeps the key to itself. */
static int is_error(const char *name, const json_t *want, outcome end, const char *api_key) {
    const char *key, *text, *message = json_string_value(json_object_get(end.value, "message"));
    json_t *value;
    size_t i;
    json_object_foreach((json_t *)want, key, value) {
        const json_t *got = json_object_get(end.value, key);
        if (strcmp(key, "message") != 0) {
            if (!json_equal(value, got)) return wrong(name, "the error's ", key, value, got);
            continue;
        }
        for (i = 0; i < json_array_size(value); i++)
            if (!message || !strstr(message, json_string_value(json_array_get(value, i))))
                return wrong(name, "the error's ", "message", json_array_get(value, i), got);
    }
    value = json_object_get(end.value, "status");
    if (json_integer_value(json_object_get(end.value, "code")) != end.status) return wrong(name, "the code", "", NULL, end.value);
    if (!value || strcmp(json_string_value(value), inwise_status_name(end.status)) != 0) return wrong(name, "the status", "", NULL, end.value);
    json_object_foreach(end.value, key, value) {
        text = json_string_value(value);
        if (text && strstr(text, api_key)) return wrong(name, "the key is shown in ", key, NULL, NULL);
    }
    return 1;
}

/* Runs a case. Whether it went as it says. */
static int passes(const char *base, const char *folder, const char *name) {
    json_t *what = load(folder, "case.json"), *expected = load(folder, "expected.json"), *error = load(folder, "error.json");
    json_t *options = json_object_get(what, "options"), *query = json_object_get(what, "query");
    const char *action = json_string_value(json_object_get(what, "do"));
    const char *source = json_string_value(json_object_get(what, "url"));
    int is_webhook = action && strcmp(action, "webhook") == 0;
    char url[PATH_SIZE], *asked = query ? json_dumps(query, 0) : NULL;
    outcome end = {INWISE_OK, NULL};
    int good;
    snprintf(url, sizeof url, "%s/%s", base, name);
    options = options ? json_incref(options) : json_object();
    if (!is_webhook && !json_object_get(options, "api_key")) json_object_set_new(options, "api_key", json_string(canary));

    if (!action || (!expected && !error)) {
        good = wrong(name, "the case", "", NULL, what);
    } else {
        char *settings = json_dumps(options, 0);
        end = is_webhook                      ? parse(folder, settings)
              : strcmp(action, "funnel") == 0 ? count(folder, asked)
                                              : ask_source(source ? source : url, options, what);
        free(settings);
        if ((end.status < 0) != (error != NULL))
            good = wrong(name, "the outcome", "", error ? error : expected, end.value);
        else if (error)
            good = is_error(name, error, end, secret(options));
        else
            good = same(name, expected, end.value, "");
    }
    free(asked);
    json_decref(options);
    json_decref(end.value);
    json_decref(what);
    json_decref(expected);
    json_decref(error);
    return good;
}

/* ---------------------------------------------------------------- all of them */

static int is_name(const struct dirent *entry) { return entry->d_name[0] != '.' && !strchr(entry->d_name, '_') && !strchr(entry->d_name, '.'); }

int main(int argc, char **argv) {
    struct dirent **areas, **cases;
    int passed = 0, failed = 0, i, k;
    if (argc != 3) {
        fprintf(stderr, "usage: %s BASE FOLDER\n", argv[0]);
        return 2;
    }
    int area_count = scandir(argv[2], &areas, is_name, alphasort);
    for (i = 0; i < area_count; i++) {
        char area[PATH_SIZE], folder[PATH_SIZE * 2], name[PATH_SIZE];
        snprintf(area, sizeof area, "%s/%s", argv[2], areas[i]->d_name);
        int case_count = scandir(area, &cases, is_name, alphasort);
        for (k = 0; k < case_count; k++) {
            snprintf(name, sizeof name, "%.255s/%.255s", areas[i]->d_name, cases[k]->d_name);
            snprintf(folder, sizeof folder, "%s/%s", argv[2], name);
            if (passes(argv[1], folder, name)) passed++;
            else failed++;
            free(cases[k]);
        }
        if (case_count >= 0) free(cases);
        free(areas[i]);
    }
    if (area_count >= 0) free(areas);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
