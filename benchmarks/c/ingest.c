/* SPDX-License-Identifier: MIT
 *
 * ingest SCHEMA FOLDER PAGES DATABASE: writes pages of rows into a new SQLite file, a transaction a page, as a loop of C does
 * it that knows its schema: the rows are structs when it begins, as the schema wants them.
 */
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "jansson_page.h"
#include "worker.h"

enum { MOST_TYPES = 16 };

typedef struct {
    int64_t numbers[NUMBERS], date; /* seconds since 1970 */
    int type;                       /* its place among the types */
    text texts[TEXTS];
} row;

typedef struct {
    const char *name, *tables, *insert, *select;
    void (*bind)(sqlite3_stmt *, const row *);
} schema;

typedef struct {
    const schema *schema;
    const char *path;
    row *rows;
    size_t pages, count;
    text types[MOST_TYPES];
    int type_count;
    uint64_t written;
} ingest;

static void must(int status, sqlite3 *database) {
    if (status == SQLITE_OK || status == SQLITE_DONE) return;
    fputs(sqlite3_errmsg(database), stderr);
    fail("sqlite");
}

static void bind_text(sqlite3_stmt *insert, int place, text value) {
    if (value.bytes) sqlite3_bind_text(insert, place, value.bytes, (int)value.length, SQLITE_STATIC);
    else sqlite3_bind_null(insert, place);
}

/* ---------------------------------------------------------------- schemas */

static void bind_lean(sqlite3_stmt *insert, const row *row) {
    sqlite3_bind_int64(insert, 1, -row->numbers[ID]);
    sqlite3_bind_int64(insert, 2, row->date);
    sqlite3_bind_int64(insert, 3, row->numbers[CAMPAIGN_ID]);
    sqlite3_bind_int64(insert, 4, row->numbers[CONTACT_ID]);
    sqlite3_bind_int64(insert, 5, row->type);
    bind_text(insert, 6, row->texts[IP]);
    bind_text(insert, 7, row->texts[REMARKS]);
    bind_text(insert, 8, row->texts[ADDITIONAL_DATA]);
}

static void bind_obvious(sqlite3_stmt *insert, const row *row) {
    sqlite3_bind_int64(insert, 1, row->numbers[ID]);
    bind_text(insert, 2, row->texts[ACTION_DATE]);
    sqlite3_bind_int64(insert, 3, row->numbers[CONTACT_ID]);
    sqlite3_bind_int64(insert, 4, row->numbers[CAMPAIGN_ID]);
    bind_text(insert, 5, row->texts[IP]);
    bind_text(insert, 6, row->texts[ACTION_TYPE]);
    bind_text(insert, 7, row->texts[REMARKS]);
    bind_text(insert, 8, row->texts[ADDITIONAL_DATA]);
}

/* The selects give the rows newest first: numbers, then texts. The obvious schema is python/ingest.py's as well. */
static const schema schemas[] = {
    {"lean",
     "CREATE TABLE types (id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
     /* The negated id: pages come newest first, so that each goes to the table's end. */
     "CREATE TABLE activities (minus_id INTEGER PRIMARY KEY, date INTEGER, campaign INTEGER, contact INTEGER,"
     " type INTEGER, ip TEXT, remarks TEXT, additional_data TEXT)",
     "INSERT INTO activities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
     "SELECT -minus_id, contact, campaign, strftime('%Y-%m-%d %H:%M:%S', date, 'unixepoch'), ip, types.text, remarks,"
     " additional_data FROM activities JOIN types ON types.id = type ORDER BY minus_id",
     bind_lean},
    {"obvious",
     "CREATE TABLE activities (id INTEGER PRIMARY KEY, action_date TEXT NOT NULL, contact_id INTEGER NOT NULL,"
     " campaign_id INTEGER NOT NULL, ip TEXT, action_type TEXT NOT NULL, remarks TEXT, additional_data TEXT);"
     "CREATE INDEX activities_by_campaign ON activities (campaign_id, action_type, contact_id)",
     "INSERT OR IGNORE INTO activities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
     "SELECT id, contact_id, campaign_id, action_date, ip, action_type, remarks, additional_data FROM activities"
     " ORDER BY id DESC",
     bind_obvious},
};

/* ---------------------------------------------------------------- rows */

static text kept(text value) {
    char *copy = value.bytes ? malloc(value.length + 1) : NULL;
    if (copy) memcpy(copy, value.bytes, value.length);
    return (text){copy, value.length};
}

static int type_of(ingest *work, text name) {
    for (int i = 0; i < work->type_count; i++)
        if (work->types[i].length == name.length && !memcmp(work->types[i].bytes, name.bytes, name.length)) return i;
    if (work->type_count == MOST_TYPES) fail("too many types");
    work->types[work->type_count] = name;
    return work->type_count++;
}

static int64_t seconds_of(text date) {
    char plain[32];
    struct tm parts = {0};
    snprintf(plain, sizeof plain, "%.*s", (int)date.length, date.bytes);
    if (!strptime(plain, "%Y-%m-%d %H:%M:%S", &parts)) fail("a date");
    return timegm(&parts);
}

static void load(ingest *work, const char *folder) {
    file *pages = load_pages(folder, "plain", work->pages);
    columns *page = calloc(1, sizeof *page);
    work->rows = malloc(work->pages * PAGE_ROWS * sizeof *work->rows);
    for (size_t i = 0; i < work->pages; i++) {
        jansson_page(pages[i].bytes, pages[i].length, page);
        for (size_t r = 0; r < page->rows; r++) {
            row *into = &work->rows[work->count++];
            for (int f = 0; f < NUMBERS; f++) into->numbers[f] = page->numbers[f][r];
            for (int f = 0; f < TEXTS; f++) into->texts[f] = kept(page->texts[f][r]);
            into->date = seconds_of(into->texts[ACTION_DATE]);
            into->type = type_of(work, into->texts[ACTION_TYPE]);
        }
        free(pages[i].bytes);
    }
    free(page);
    free(pages);
}

/* ---------------------------------------------------------------- the work */

static void create(const ingest *work, sqlite3 *database) {
    sqlite3_stmt *insert;
    must(sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", NULL, NULL, NULL), database);
    must(sqlite3_exec(database, work->schema->tables, NULL, NULL, NULL), database);
    if (sqlite3_prepare_v2(database, "INSERT INTO types VALUES (?1, ?2)", -1, &insert, NULL)) return; /* it has no such table */
    for (int i = 0; i < work->type_count; i++) {
        sqlite3_bind_int(insert, 1, i);
        bind_text(insert, 2, work->types[i]);
        must(sqlite3_step(insert), database);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
}

static void run(void *state) {
    ingest *work = state;
    sqlite3 *database;
    sqlite3_stmt *insert;
    uint64_t before = written_bytes();
    must(sqlite3_open_v2(work->path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL),
         database);
    create(work, database);
    must(sqlite3_prepare_v3(database, work->schema->insert, -1, SQLITE_PREPARE_PERSISTENT, &insert, NULL), database);
    for (size_t first = 0; first < work->count; first += PAGE_ROWS) {
        must(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), database);
        for (size_t i = first; i < first + PAGE_ROWS && i < work->count; i++) {
            work->schema->bind(insert, &work->rows[i]);
            must(sqlite3_step(insert), database);
            sqlite3_reset(insert);
        }
        must(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL), database);
    }
    sqlite3_finalize(insert);
    must(sqlite3_close(database), database); /* which ends with a checkpoint, and so with nothing left to write */
    work->written = written_bytes() - before;
}

static void answer(void *state, FILE *out) {
    ingest *work = state;
    sqlite3 *database;
    sqlite3_stmt *select;
    struct stat file;
    checksums sums = {0};
    must(sqlite3_open_v2(work->path, &database, SQLITE_OPEN_READWRITE, NULL), database);
    must(sqlite3_prepare_v2(database, work->schema->select, -1, &select, NULL), database);
    while (sqlite3_step(select) == SQLITE_ROW) {
        int64_t numbers[NUMBERS];
        text texts[TEXTS];
        for (int f = 0; f < NUMBERS; f++) numbers[f] = sqlite3_column_int64(select, f);
        for (int f = 0; f < TEXTS; f++) {
            texts[f].bytes = (const char *)sqlite3_column_text(select, NUMBERS + f);
            texts[f].length = (size_t)sqlite3_column_bytes(select, NUMBERS + f);
        }
        checksums_add(&sums, numbers, texts);
    }
    sqlite3_finalize(select);
    sqlite3_close(database);
    if (stat(work->path, &file)) fail(work->path);
    fprintf(out, "{\"written\":%llu,\"file\":%lld,", (unsigned long long)work->written, (long long)file.st_size);
    checksums_print(&sums, out);
    fputs("}", out);
    unlink(work->path);
}

int main(int argc, char **argv) {
    if (argc < 5) fail("ingest SCHEMA FOLDER PAGES DATABASE");
    ingest work = {.path = argv[4], .pages = (size_t)atol(argv[3])};
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        if (!strcmp(schemas[i].name, argv[1])) work.schema = &schemas[i];
    if (!work.schema) fail("lean or obvious");
    load(&work, argv[2]);
    unlink(work.path);
    serve(run, answer, &work);
    return 0;
}
