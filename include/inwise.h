/* SPDX-License-Identifier: MIT
 *
 * inwise.h: the truth about an e-mail campaign, from any program.
 *
 *     inwise_client *client;
 *     char *text;
 *     if (inwise_open("sandbox:?seed=7", NULL, &client, &text) != INWISE_OK) {
 *         fprintf(stderr, "%s\n", text);                      what went wrong, as JSON
 *         inwise_free(text);
 *         return 1;
 *     }
 *     if (inwise_activities_summary(client, "{\"campaign_id\":1958368}", &text) == INWISE_OK)
 *         puts(text);                                         {"opens":723,"opens_unique":488,…}
 *     inwise_free(text);
 *     inwise_close(client);
 *
 * A program opens a *source* by its URL (the remote service, a mirror of it in a file, or a made-up account in
 * memory), asks the campaign-analytics questions, and gets JSON back. The sections below come in the order in which a
 * reader needs them: status, memory, clients, questions, cursors, funnels, mirrors, webhooks, serving, logging.
 *
 * Conventions, without exception:
 *
 * - Every function that can fail returns inwise_status: 0 or more is success, below 0 an error.
 * - Results are UTF-8 JSON text through the last out-parameter, owned by the caller, who frees it with
 *   inwise_free. On failure the same out-parameter holds the error as JSON:
 *       {"status":"rate_limit","code":-4,"message":"…","http_status":429,
 *        "attempts":5,"retry_after":12,"method":"activities","parameter":"…"}
 *   (what does not apply is left out). An out-parameter may be NULL: then its text is not made. Where a
 *   function gives no text, an out-parameter that was passed is set to NULL. The API key is in no text.
 * - Inputs are NUL-terminated UTF-8 JSON objects, or NULL for none. An unknown key, a wrong type or a bad
 *   value is INWISE_ERR_ARGUMENT; the message names the key and says what is allowed. Nothing is sent.
 * - Handles are opaque numbers in a pointer's clothes and are never dereferenced: a closed, null or
 *   made-up handle gets INWISE_ERR_CLOSED. Closing twice is harmless, and so is any order of closing.
 * - Any handle may be used from any thread. Calls on one client and on its cursors wait for each other;
 *   different clients run in parallel. A call runs on the thread that makes it: the library starts no
 *   thread, takes no signal and needs no set-up. Callbacks come on the thread of the call.
 * - After fork() the child may go on with its parent's clients: it opens connections (a sandbox, a file) of its
 *   own. A cursor or funnel goes on from where it stood, unless another thread was inside a call on it
 *   when the process forked: then it answers INWISE_ERR_CLOSED.
 * - Memory that runs out inside the Swift runtime ends the process, as in every Swift program; what a peer
 *   can make the library hold is bounded by "max_response_bytes".
 *
 * What is not in this header is private. All functions exist since 0.1.0.
 */
#ifndef INWISE_H
#define INWISE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INWISE_VERSION_MAJOR 0
#define INWISE_VERSION_MINOR 1
#define INWISE_VERSION_PATCH 0
#define INWISE_VERSION "0.1.0"

/* ------------------------------------------------------------------ Status */

/* What became of a call. The numbers never change. */
typedef int32_t inwise_status;

enum {
    INWISE_OK = 0,
    INWISE_DONE = 1,            /* a cursor has no more rows */
    INWISE_ERR_ARGUMENT = -1,   /* an option, key or value that is not allowed; nothing was sent */
    INWISE_ERR_AUTH = -2,       /* HTTP 401, 403: the key is wrong, or has no REST permission */
    INWISE_ERR_NOT_FOUND = -3,  /* HTTP 404 */
    INWISE_ERR_RATE_LIMIT = -4, /* HTTP 429 after the retries, or a Retry-After beyond the deadline */
    INWISE_ERR_HTTP = -5,       /* any other HTTP answer that is not a success and not 5xx; redirects too */
    INWISE_ERR_SERVER = -6,     /* HTTP 5xx after the retries */
    INWISE_ERR_NETWORK = -7,    /* no connection, a broken one, or TLS that can't be trusted */
    INWISE_ERR_TIMEOUT = -8,    /* the call's deadline passed */
    INWISE_ERR_CANCELLED = -9,  /* inwise_cancel */
    INWISE_ERR_PROTOCOL = -10,  /* the answer is not what the API describes */
    INWISE_ERR_STORE = -11,     /* a mirror's file: foreign, damaged, newer, locked, not writable, or the disk is full */
    INWISE_ERR_CLOSED = -12,    /* a closed, null or made-up handle */
    INWISE_ERR_MEMORY = -13,    /* no memory for a result */
    INWISE_ERR_INTERNAL = -14   /* a bug in this library: please report it */
};

/* The library's version, as "0.1.0": what INWISE_VERSION was when it was built. Static: do not free. Never NULL.
 * Any thread. */
const char *inwise_version(void);

/* A status's name as errors carry it: "ok", "done", "argument", "auth", "not_found", "rate_limit", "http",
 * "server", "network", "timeout", "cancelled", "protocol", "store", "closed", "memory", "internal"; "unknown"
 * for any other number. Static: do not free. Never NULL. Any thread. */
const char *inwise_status_name(inwise_status status);

/* ------------------------------------------------------------------ Memory */

/* Frees a text that a function of this library gave. NULL is fine. Any thread. */
void inwise_free(char *text);

/* ------------------------------------------------------------------ Clients */

/* A source that answers questions. */
typedef struct inwise_client inwise_client;

/* Opens a source. Nothing is sent yet: a wrong key or an unreachable host shows at the first question. A mirror's file is
 * opened, and made if it isn't there (see "read_only"): one that is no mirror shows here.
 *
 * url      "https://api.inwise.com/rest/v1" (any http or https base), or
 *          "file:/path/to/mirror.db": a mirror, filled by inwise_sync; see there, or
 *          "sandbox:?seed=7&campaigns=3&contacts=2000": a made-up account, the same for the same seed.
 * options  what a source can be told, see below.
 * client   receives the handle, to be closed with inwise_close; NULL on failure. Must not be NULL itself.
 *
 * Options of a remote source. A sandbox and a mirror take the same, so that a program can change over by the URL alone, and heed
 * "api_key" (which inwise_handle then asks for), "timeout_seconds" and "page_size"; what is a sandbox's own stands in its URL.
 *
 *   key                        default            meaning
 *   "api_key"                  none               sent as X-API-Key, to this host alone; printable ASCII without blanks
 *   "timeout_seconds"          30                 one deadline for a whole call: connecting, waiting, retries, reading;
 *                                                 0.001 to 86400; a cursor's next is a call
 *   "connect_timeout_seconds"  10                 for each connection; 0.001 to 86400
 *   "max_retries"              4                  0 to 20 repeats of a request, where a repeat is safe
 *   "max_retry_delay_seconds"  60                 longest pause before a repeat; 0 to 3600. A Retry-After beyond it ends
 *                                                 the call with INWISE_ERR_RATE_LIMIT and "retry_after"
 *   "pages_in_flight"          4                  requests a cursor has in the air; 1 to 64. 1 spends the fewest requests
 *   "requests_per_second"      none               a limit for this client; 0.001 to 10000
 *   "page_size"                1000               rows a cursor asks for at a time (for 1 it asks for 2); 1 to 1000
 *   "page_base"                "auto"             the service's first page: 0, 1, or "auto" to notice it
 *   "proxy"                    environment        "http://host:port"; "" for none
 *   "ca_file"                  system's           certificates to trust, a PEM file
 *   "user_agent"               "libinwise/0.1.0"  printable ASCII
 *   "max_response_bytes"       16777216           counted after decompression; 1024 to 1073741824
 *   "allow_insecure"           false              plain http to a host other than this machine
 *   "paths"                    {}                 method name -> path below the base, e.g.
 *                                                 {"recentSentEmails":"/campaigns/email/recentSent"}
 *   "parameter_names"          {}                 query key -> the service's name for it, e.g. {"page_size":"rows"}
 *
 * Mirror options, which a mirror takes beside these:
 *
 *   key                        default            meaning
 *   "read_only"                false              the file must be there, and is never written; questions are answered while
 *                                                 another process writes it
 *   "now"                      this machine's     the clock that "the past seven days" and inwise_sync go by, local time as
 *                                                 "2024-09-20T12:00:00", from 1970 to 9890; it stands still then
 *
 * A mirror's path is absolute or relative to where the process is when it opens it; after "file:" it is read as in a URL, so that
 * %, ? and # in it are written %25, %3F and %23. It must lie on a local disk.
 *
 * Sandbox keys, in its URL, percent-encoded where needed:
 *
 *   key               default  meaning
 *   seed              1        any 64-bit integer; the same seed and now give the same account, byte for byte
 *   campaigns         3        1 to 1000; the first has the id 1958368
 *   contacts          2000     1 to 1000000; campaigns × contacts is at most 10000000, and one that large takes longer to make
 *                              than the default "timeout_seconds"
 *   days              30       of history, 1 to 3650
 *   now               today    the account's clock, as 2024-09-20T12:00:00, from 1970 to 9890; it stands still unless live is set.
 *                              Without it the history ends at this machine's last midnight and the clock runs
 *   page_base         0        number of the first page over REST, 0 or 1
 *   order             desc     newest row first, or asc
 *   ids               number   how REST writes ids: number or string
 *   live              0        activities a second that keep arriving, 0 to 10000; fractions are fine
 *   latency_ms        0        pause before each answer, 0 to 60000
 *   fail_rate         0        share of calls, 0 to 1, that end with 500, nothing done
 *   rate_limit        0        share of calls, 0 to 1, that end with 429, nothing done
 *   drop_rate         0        share of calls, 0 to 1, that get no answer, though the work is done
 *   recent_drop_rate  0        share of calls of the recent methods, 0 to 1, that get no answer beyond those: what they consumed is gone
 *   late_rate         0        share of live rows, 0 to 1, that arrive up to three days after their date
 *   future_rate       0        share of live rows, 0 to 1, that are dated up to two days in the future
 *
 * Errors: ARGUMENT, STORE, MEMORY. Any thread. */
inwise_status inwise_open(const char *url, const char *options, inwise_client **client, char **error);

/* Closes a client. Calls in flight on other threads are cancelled and return; its cursors end with
 * INWISE_ERR_CLOSED. Closing again, or NULL, gives INWISE_ERR_CLOSED and does nothing. Errors: CLOSED. Any thread. */
inwise_status inwise_close(inwise_client *client);

/* Ends the calls in flight on this client and its cursors, also those that wait their turn or sleep before a
 * retry: they return INWISE_ERR_CANCELLED at once. With none in flight nothing happens. The client stays
 * usable. Errors: CLOSED. Any thread, at any time; not from a signal handler. */
inwise_status inwise_cancel(inwise_client *client);

/* ------------------------------------------------------------------ Questions */

/* One page, as the API gives it: a JSON array of rows. Of inwise_activities_summary a campaign's funnel as the service
 * counts it: one object of integers, opens … onsite_unique. Ids are JSON integers of up to 64 bits however the service
 * writes them; unknown fields and types come as they came.
 *
 * Query, a JSON object; which keys a method takes ("recent" are the three recent methods):
 *
 *   key            sentEmails  undelivered  activities  activitiesSummary  recent  value
 *   "campaign_id"  x           x            x           required                   integer
 *   "contact_id"   x           x            x                                      integer
 *   "external_id"  x           x            x                                      string: the account's own id of a contact;
 *                                                                                  a remote source refuses it
 *   "consumer"                                                             x       string of 1 to 200 bytes: who reads, see
 *                                                                                  inwise_acknowledge; a remote source refuses it, and
 *                                                                                  so does a sandbox
 *   "date_from"    x           x            x                                      "YYYY-MM-DD" (the whole day) or
 *                                                                                  "YYYY-MM-DD HH:MM:SS"; belongs to the
 *                                                                                  range; never shifted between zones
 *   "date_to"      x           x            x                                      the same; belongs to the range as well
 *   "action_type"                           x                                      "emailOpened", "emailClicked", … or any other
 *   "page_index"   x           x            x                                      0 to 1000000000, 0 the first; not for cursors
 *   "page_size"    x           x            x                                      1 to 1000; the service's own default is 100
 *   "params"       x           x            x           x                  x       an object of further parameters, passed on
 *                                                                                  verbatim
 *
 * sentEmails and activities without any date answer for the past seven days: that is the service's rule. undelivered
 * answers for all time. What the first call of a recent method gives is the service's affair; a sandbox begins with
 * the past week's rows.
 * The recent methods hand out each row once, at most 1,000 a call, in order of arrival: reading *consumes*, unless a mirror is asked
 * for a "consumer" (see inwise_acknowledge). They are therefore never repeated by this library; if one fails with INWISE_ERR_NETWORK or INWISE_ERR_TIMEOUT, rows
 * may have been consumed: read the same days again with activities.
 *
 * Errors: ARGUMENT, AUTH, NOT_FOUND, RATE_LIMIT, HTTP, SERVER, NETWORK, TIMEOUT, CANCELLED, PROTOCOL, STORE,
 * CLOSED, MEMORY. Any thread. */
inwise_status inwise_sent_emails(inwise_client *client, const char *query, char **json);
inwise_status inwise_undelivered(inwise_client *client, const char *query, char **json);
inwise_status inwise_activities(inwise_client *client, const char *query, char **json);
inwise_status inwise_activities_summary(inwise_client *client, const char *query, char **json);
inwise_status inwise_recent_activities(inwise_client *client, const char *query, char **json);
inwise_status inwise_recent_sent_emails(inwise_client *client, const char *query, char **json);
inwise_status inwise_recent_undelivered(inwise_client *client, const char *query, char **json);

/* ------------------------------------------------------------------ Cursors */

/* A walk over every page of an answer: each row exactly once, memory flat, several requests in the air. Two rows are the
 * same where their "id" is (of sentEmails "row_index"); one without goes by its bytes, and by how many equal rows precede it
 * on its page. */
typedef struct inwise_cursor inwise_cursor;

/* Opens a walk. method is "sentEmails", "undelivered" or "activities"; query as that method takes it (see
 * inwise_sent_emails), without "page_index". Of a mirror it may be "webhookEvents", see inwise_webhook_ingest. Nothing is sent yet. cursor receives the handle, to be closed with
 * inwise_cursor_close.
 * Errors: ARGUMENT, CLOSED, MEMORY. Any thread. */
inwise_status inwise_cursor_open(inwise_client *client, const char *method, const char *query,
                                 inwise_cursor **cursor, char **error);

/* The next rows: INWISE_OK and a JSON array that is not empty, or INWISE_DONE and NULL. After an error the next call
 * tries again from the same place: no row is lost by it, none comes twice. Rows that arrive at the service while
 * the walk goes on may or may not be among them; all that were there when it began and stay are. (Rows that are
 * *deleted* meanwhile pull others from page to page: no walk by page numbers can see that.)
 * INWISE_ERR_PROTOCOL also ends a walk whose pages never advance; what was given until then is good.
 * Errors: as for inwise_activities. Any thread. */
inwise_status inwise_cursor_next(inwise_cursor *cursor, char **rows);

/* How the walk stood at the end of its latest next, without waiting for one that is under way:
 * {"pages":3,"rows":2500,"duplicates":0,"requests":4,"retries":0,"bytes":481200,"window_defaulted":false}.
 * pages: answers with rows that were used; rows: given so far; duplicates: rows the service sent again; requests: HTTP requests,
 * repeats included; bytes: of the answers, decompressed. window_defaulted: no date was named, so the service answered for the past
 * week only.
 * Errors: CLOSED, MEMORY. Any thread. */
inwise_status inwise_cursor_info(inwise_cursor *cursor, char **json);

/* Closes a cursor, without waiting: a next on another thread goes on to its end. Closing again, or NULL, gives INWISE_ERR_CLOSED and
 * does nothing. Errors: CLOSED. Any thread. */
inwise_status inwise_cursor_close(inwise_cursor *cursor);

/* ------------------------------------------------------------------ Funnels */

/* Counts made of rows, anywhere: they merge. Needs no client. Keeps who and when of every row: about 8 bytes each, some 40
 * for each contact, and some 200 for each campaign and type.
 *
 * A row's date counts if it is "YYYY-MM-DD HH:MM:SS", or with a T between, or a day alone (its first second), from 1970-01-01
 * 00:00:01 to 2106-02-07 06:28:15; a row with anything else is one without a date. */
typedef struct inwise_funnel inwise_funnel;

/* Makes an empty funnel. options: none yet, pass NULL or "{}". Closed with inwise_funnel_close.
 * Errors: ARGUMENT, MEMORY. Any thread. */
inwise_status inwise_funnel_create(const char *options, inwise_funnel **funnel, char **error);

/* Adds rows: a JSON array of length bytes (need not end with NUL, must not change meanwhile) as a question or a cursor gives
 * it. kind says what they are: "sentEmails", "undelivered" or "activities". All rows are added or, on an error, none. The
 * same row added twice counts twice (a cursor gives each once), and rows count as what kind says.
 *
 * Read are "campaign_id" and "contact_id", integers or such in quotes (a row without an integer contact counts, but not as a
 * contact; one without an integer campaign counts in all campaigns together only); of activities "action_type" (none or no
 * text: the type with the empty name) and "action_date"; of sent rows "date_sent", "sending_source" and "email"; of
 * undelivered ones "create_date" and "email". Everything else is checked and passed over.
 * Errors: ARGUMENT (kind, NULL, more rows or contacts than can be counted), PROTOCOL (not rows; the message says at which byte),
 * CLOSED. Any thread. */
inwise_status inwise_funnel_add(inwise_funnel *funnel, const char *kind, const char *rows, size_t length, char **error);

/* Adds all that from counted to into; from stays as it was. The two may be the same handle. The result equals counting
 * both sets of rows at once, in whatever order and grouping funnels are merged. Errors: ARGUMENT (more than 2^63 - 1 rows or 2^32
 * contacts; nothing has changed), CLOSED. Any thread. */
inwise_status inwise_funnel_merge(inwise_funnel *into, inwise_funnel *from);

/* The funnel as bytes, to be kept in a file or sent to another machine; some 5 a row and as many a contact. Equal funnels
 * give equal bytes, in whatever order their rows came.
 * bytes receives them, to be freed with inwise_free_bytes; NULL on failure. length receives how many there are.
 * Errors: ARGUMENT (NULL), CLOSED, MEMORY. Any thread. */
inwise_status inwise_funnel_save(inwise_funnel *funnel, unsigned char **bytes, size_t *length);

/* Frees what inwise_funnel_save gave. NULL is fine. Any thread. */
void inwise_free_bytes(unsigned char *bytes);

/* Makes a funnel of length bytes that inwise_funnel_save gave, with this version of the library or an older one. Closed with
 * inwise_funnel_close. The bytes are checked, whatever they are: foreign, damaged or cut off ones, or a newer version's, are
 * ARGUMENT, and what is in them is never trusted. Errors: ARGUMENT, MEMORY. Any thread. */
inwise_status inwise_funnel_load(const unsigned char *bytes, size_t length, inwise_funnel **funnel, char **error);

/* The funnel so far, one object.
 *
 * Query, all of it optional (NULL for all rows together):
 *
 *   key            value
 *   "campaign_id"  integer: one campaign. Without it a contact counts once per campaign, and rows that name no campaign
 *                  count too
 *   "date_from"    "YYYY-MM-DD" (the whole day) or "YYYY-MM-DD HH:MM:SS": only rows dated from here on count; it belongs to
 *                  the range. With this or "date_to", rows without a date don't count
 *   "date_to"      the same, for rows dated up to here; it belongs to the range as well
 *   "group_by"     "campaign", "day", "hour" (of the row's date), "sending_source" or "domain"
 *
 * Holds the 15 fields of the service's summary in its order: opens, opens_unique (emailOpened), clicks, clicks_unique
 * (emailClicked), sent, undelivered, bounces, bounces_unique (emailBounced), webversions_unique (emailWebVersion and
 * emailPublicWebVersion), unsubscribes, unsubscribes_unique (emailUnsubscribed), report_spam, report_spam_unique (emailReportSpam),
 * onsite, onsite_unique (onSite). Then "types": {"emailPrinted":{"count":2,"unique":1},…} for every action type that has no
 * field of its own, then "rates":
 *   delivered           sent - bounces_unique (a count)
 *   open_rate           opens_unique / delivered
 *   click_rate          clicks_unique / delivered
 *   click_to_open_rate  clicks_unique / opens_unique
 *   bounce_rate         bounces_unique / sent
 *   unsubscribe_rate    unsubscribes_unique / delivered
 *   spam_rate           report_spam_unique / delivered
 * A rate is null where its denominator is 0 or less, and delivered where no sent row was added. sent and undelivered
 * count rows; X counts activities of a type, X_unique distinct contacts among them.
 *
 * "time_to_open" and "time_to_click" tell how many seconds passed from a contact's first mail of a campaign to its first open or
 * click: {"contacts":488,"p10":240,"p25":1980,"p50":9060,"p75":33240,"p90":98280}, the shortest time within which that share of
 * these contacts did it; null where no contact has both dates. A response dated before its mail came after 0 seconds. With dates
 * in the query the first mail and the first response are those in the range.
 *
 * With "group_by" also "groups", an array of objects with the same members (the two times for "campaign" only), each led by its
 * name: "campaign_id":1958368, "day":"2024-09-02", "hour":"2024-09-02 13:00:00", "sending_source":"Campaign" or
 * "domain":"example.com". They ascend; the rows that don't tell come last, named null. In a group of a day or an hour a contact
 * counts once per campaign as well, so uniques of groups may add up to more than the whole's.
 *   sending_source  of a sent row its own, which may be empty; other rows have that of the contact's first mail in the campaign
 *                   that names one (of two in one second the lesser name; undated mails come last)
 *   domain          of the contact's e-mail address, what follows its last @ (up to 253 bytes, A to Z in lower case), as its latest
 *                   sent or undelivered row with one says (of two in one second the greater name; undated rows come first)
 * Both are looked for in all rows, whatever the dates in the query.
 *
 * Errors: ARGUMENT, CLOSED, MEMORY. Any thread. */
inwise_status inwise_funnel_summary(inwise_funnel *funnel, const char *query, char **json);

/* Closes a funnel. Closing again, or NULL, gives INWISE_ERR_CLOSED and does nothing. Errors: CLOSED. Any thread. */
inwise_status inwise_funnel_close(inwise_funnel *funnel);

/* ------------------------------------------------------------------ Mirrors */

/* Told how a sync goes: a JSON object, valid until it returns, such as
 *
 *     {"step":"rows","method":"activities","campaign_id":1958368,"date_from":"2024-09-01 00:00:00",
 *      "date_to":"2024-09-20 12:00:00","rows":12000,"new":11800,"pages":12,"share":0.41,"seconds":3.2,"seconds_left":4.6}
 *
 * step is "waiting" (for another sync, about once a second), "recent" (a feed is read), "rows" (a window of dates is read), "index" (the first
 * fill's end) or "audit". rows, new and pages are of the whole sync so far, seconds since it began. share, 0 to 1, is how much of the
 * rows' time range is done, and seconds_left an estimate from it; what does not apply is left out. Called on the thread of inwise_sync, after
 * every step, with nothing locked: it may call any function on any handle. Returns 0 to go on; anything else stops the sync after this
 * step, which is kept. */
typedef int32_t (*inwise_progress_fn)(const char *progress, void *context);

/* Brings a mirror in step with a source: no row is missing afterwards, none is doubled.
 *
 * from      a remote source, or a sandbox, or another mirror (whose rows without a date, and provisional ones, stay behind; over
 *           HTTP the audit tells of these).
 * into      a mirror that may be written; not the same handle.
 * options   see below.
 * progress  may be NULL; context is handed through.
 * report    receives the report, see below.
 *
 * A sync takes these steps, each one transaction of the mirror; killed at any point, the next sync goes on from there:
 *
 * - What an earlier sync left is done first.
 * - The recent feeds are read until they have no more. Reading consumes, so each answer is stored durably as it came before anything else
 *   is done with it. An answer that may have been consumed and did not arrive is a gap; it is noted before it is asked for, so that
 *   even a crash at that moment is known. A feed that refuses to answer is left for the next sync, with a note.
 * - Windows of dates are read with the dated methods: all from "date_from" on at first; later from the newest date known less
 *   "overlap_seconds"; what has reached one of "late_ages" once more, since rows arrive late; and for a gap all from "gap_reach_seconds"
 *   before the last good answer on. Windows without an end take in rows dated in the future, which never move the newest date known past
 *   now. One that the service refuses, fails at or takes too long for is halved; one that can't be read stays pending for the
 *   next sync, and is reported.
 * - The audit: of each campaign with new rows the service's own activitiesSummary is held against what the mirror's rows add up to. Where they
 *   differ, the days that differ are looked for and read again. What remains is reported.
 *
 * Rows are the same where their id is ("row_index" of sentEmails); a row that comes with the same id and other values replaces the one
 * before, but a sent one of another campaign, contact or date is a row of its own. A row without an id goes by all its values, and
 * by how many equal ones came with it: two like clicks of one second are two. Fields that nobody knows are kept.
 *
 * Options, a JSON object or NULL:
 *
 *   key                  default                 meaning
 *   "campaign_ids"       all                     an array of 1 to 10000 integers: these campaigns' rows alone (the recent feeds are the
 *                                                account's, and all that they give is kept)
 *   "methods"            all three               an array of "sentEmails", "undelivered", "activities": which to mirror, with the feeds of
 *                                                these; [] for the audit alone, of what the mirror has
 *   "date_from"          "2000-01-01"            from where on the first sync reads, "YYYY-MM-DD" or "YYYY-MM-DD HH:MM:SS"; an
 *                                                earlier one later reads what lies between
 *   "recent"             true                    whether the recent feeds are read
 *   "overlap_seconds"    600                     0 to 31536000
 *   "late_ages"          [1800, 86400, 604800]   an array of up to 8 integers, each 1 to 31536000 seconds; [] for none
 *   "gap_reach_seconds"  604800                  how late a row can be, 0 to 31536000
 *   "audit"              "touched"               "touched": campaigns with new rows; "all": of the mirror, or of "campaign_ids"; "none"
 *   "max_seconds"        none                    0.001 to 86400: stops after the step during which this time has passed
 *   "wait_seconds"       0                       0 to 86400: how long to wait for another sync into this mirror; then INWISE_ERR_STORE,
 *                                                which says whose process it is
 *
 * The report is one object:
 *
 *   complete    true if the sync came to its end, nothing is pending, no gap is open, and no campaign that was to be audited differs
 *   stopped     "max_seconds" or "progress"; null if the sync came to its end
 *   seconds     that it took; beside it what it took of the service: requests, retries (repeats among them), bytes,
 *               and pages of the dated methods
 *   methods     for each of "methods" the seven counts of what was read of it by date, "recent": {"answers":3,"rows":2500,"new":2500,
 *               "lost":0,"available":true}, and "windows"
 *   windows     [{"method":"activities","date_from":…,"date_to":…,"campaign_id":…,"reason":["fill"],"done":true,"expected":…,
 *               "fetched":…,"new":…,"repeated":…,"late":…,"repaired":…,"absent":…},…]: a reason is "fill", "newer", "late", "gap" or "audit";
 *               date_to is null where a window has no end. An audit's may have an "action_type"
 *   expected    rows that the mirror had of it before, and that must come again; null while a window is pending
 *   fetched     rows that came; new and repeated: those that the mirror did not have, and had; late: new ones, dated where all had been
 *               read before; repaired: repeated ones with other values
 *   absent      expected rows that did not come; null while a window is pending
 *   gaps        [{"id":7,"method":"recentActivities","noticed":"2024-09-20 12:00:00","reason":"…","date_from":…,"healed":true,
 *               "recovered":25},…]: found or healed by this sync, and those still open; date_from: the newest date known before it, or
 *               null; recovered: new rows of the windows that healed it
 *   audit       {"checked":20,"equal":20,"campaigns":[{"campaign_id":…,"equal":true,"service":{…},"mirror":{…},"differences":[
 *               {"field":"opens","service":10,"mirror":9,"found":10}],"days":["2024-09-03"],"recovered":1},…]}: differences are the
 *               fields that differed at first, and what the mirror had in the end (found); days: where rows were found again, or did not come
 *   webhooks    {"confirmed":25,"unconfirmed":3,"oldest":"2024-09-20 11:58:01","campaigns":[1958368]}: events of webhooks whose rows came
 *               with this sync; those whose rows the service has not given yet, the oldest one's time or null, and their campaigns. They are in
 *               no other number of the report, and don't keep it from being complete
 *   pending     windows that are still to be read, with "problem" where there was one
 *   notes       sentences for a person: a feed that the service doesn't have, dates that it takes no notice of
 *
 * On an error report holds that; what the sync did until then is kept. Each request has "timeout_seconds" of from, each wait for another
 * process that writes the mirror that of into; the sync itself has no limit but "max_seconds". inwise_cancel on either client ends it.
 * Errors: as for inwise_activities. Any thread. */
inwise_status inwise_sync(inwise_client *from, inwise_client *into, const char *options,
                          inwise_progress_fn progress, void *context, char **report);

/* Tells a mirror up to which of its recent rows a consumer has dealt with them. The recent methods of a mirror, asked with
 * {"consumer":"crm"}, give the rows that this consumer has not acknowledged, at most 1,000, in order of arrival in the mirror: those of the
 * first fill in the order of their ids, once that is done, then the later ones. Asked again they give the same, so that a consumer
 * that dies between reading and acknowledging loses nothing. A consumer is known by its name, and begins with the first row; each
 * method has its own place. Without a consumer a mirror's recent methods consume, as the service's do.
 *
 * Query, a JSON object:
 *
 *   key         value
 *   "consumer"  string of 1 to 200 bytes: who has dealt with them
 *   "method"    "recentActivities", "recentSentEmails" or "recentUndelivered"
 *   "through"   integer: the id ("row_index" of sent mails) of the last row that was dealt with; also an earlier one, to have what
 *               follows it again; null for the beginning. Left out: all that this client gave the consumer last
 *
 * Errors: ARGUMENT (no row has this id; the client is not a mirror, or "read_only"), STORE, TIMEOUT, CANCELLED, CLOSED, MEMORY. Any
 * thread. */
inwise_status inwise_acknowledge(inwise_client *client, const char *query, char **error);

/* ------------------------------------------------------------------ Webhooks */

/* Reads one webhook: the body of a POST, application/x-www-form-urlencoded, as the service sends it, as an event:
 *
 *     {"timestamp":"2022-02-10 15:58:01","trigger_type":"emailClicked","trigger_description":"Email Clicked","channel":"Email",
 *      "campaign_id":1646090,"group_id":949732,"contact":{"id":1,"email":"test@example.com","external_id":"66","field1":""},"ip":"203.0.113.7",
 *      "remarks":"2","additional_details":"https://example.com/offer",
 *      "kind":"activities","row":{"action_date":"2022-02-10 15:58:01","contact_id":1,"campaign_id":1646090,"ip":"203.0.113.7",
 *      "action_type":"emailClicked","remarks":"2","additional_data":"https://example.com/offer","external_id":"66"}}
 *
 * body    length bytes; NULL with 0 is an empty body.
 * event   receives the event. Members come in the order of this list; one that did not come is left out, an empty one is "" where it is a text
 *         and null elsewhere:
 *
 *   timestamp            "YYYY-MM-DD HH:MM:SS", also of "12/19/2021 13:48:29" (month first); of unknown zone, never shifted
 *   trigger_type         in the service's spelling, whatever capitals it came with: "emailSent", "emailOpened", "emailClicked", "emailUnsubscribed",
 *                        "emailBounced", "undelivered", "smsSent", "smsClicked", "SmsReply", "smsUnsubscribed", "MakeContactForm", "onSite",
 *                        "dynamicPage", or another type of activity (see inwise_sent_emails); any other as it came
 *   trigger_description  text
 *   channel              "Email", "SMS" or ""; any other as it came
 *   account_code         text
 *   campaign_id          integer, as is group_id
 *   contact              object: id (integer), email, mobile_number, external_id, and the account's own fields as they came;
 *                        external_id also out of custom_data's "externalId"
 *   ip                   text, as are remarks, additional_details, replyContent, bounce_type and reason
 *   survey_field         JSON as it came in it, as is custom_data
 *   any other name       its text; "a[b]" is the member b of an object a, "a[]" an element of an array, and a name that comes again
 *                        makes an array. In the order of names' bytes, so that an event is the same in whatever order its fields came
 *   other                object of texts by the name that they came with: a known field whose value is not of its kind, or that comes again, and
 *                        what has the name of a member of this list, or can't stand where its brackets say
 *   kind, row            of an event of an e-mail that has a campaign, a contact and a time: the row that the service will give of it, for
 *                        inwise_funnel_add: kind is "sentEmails" (emailSent), "undelivered" or "activities" (the others whose type begins with
 *                        "email"). It has no id.
 *
 * Names of known fields are matched in any capitals. A % that begins no escape stands for itself. Nothing is thrown away, and no field is
 * trusted: the time is linear, the memory some twenty times the body's.
 *
 * The service does not sign its webhooks: whoever knows where they go can post whatever looks like one. So take them from its addresses only
 * ("remote_address"), or with a secret in the URL that the service was given ("token"), best both, and over https; and treat an event as a
 * hint, as inwise_webhook_ingest does, until the service's own answer confirms it.
 *
 * Options, a JSON object or NULL:
 *
 *   key                default           meaning
 *   "remote_address"   none              who sent it, as the web server sees it: "193.169.246.40". It must be in "allow". Without it no
 *                                        address is looked at
 *   "allow"            the service's     an array of 1 to 100 addresses and networks ("10.0.0.0/8", "2001:db8::/32"); the service sends from
 *                      two               193.169.246.40 and 193.169.247.40. An IPv4 address that is written as IPv6 (::ffff:10.0.0.1) is the
 *                                        IPv4 one
 *   "trusted_proxies"  none              an array of up to 100 addresses and networks of proxies of your own. Where the sender is one of them,
 *                                        the last address of "forwarded_for" that is none of them counts instead
 *   "forwarded_for"    none              the X-Forwarded-For header; heeded for "trusted_proxies" alone, since anyone can send one
 *   "token"            none              a secret of 16 to 200 characters, none of them a blank, + % & or #, which mean something else in a URL.
 *                                        "url" must have it as its parameter "token"; compared in a time that tells nothing of it
 *   "url"              none              the URL that was asked for, or what follows its host: "/inwise?token=…"
 *   "max_body_bytes"   1048576           1 to 16777216
 *
 * Errors: AUTH (address or token: answer with 403), PROTOCOL (no event: invalid UTF-8, no trigger_type, a NUL, more than 10,000 fields
 * or "max_body_bytes": answer with 400), ARGUMENT, MEMORY. Any thread. */
inwise_status inwise_webhook_parse(const char *body, size_t length, const char *options, char **event);

/* Reads one webhook and keeps its event in a mirror, durably once this returns: then answer the service with 200. An event that has come
 * before, equal in every member, is the same one: repeats and their order don't matter.
 *
 * mirror   a mirror that may be written.
 * options  as inwise_webhook_parse takes them.
 * event    receives the event, and behind its members:
 *
 *   event_id  integer, from 1 in order of arrival
 *   new       whether it had not come before
 *   state     "provisional": the service has not given its row. Until it does, the event's own counts in answers and summaries, where it stands
 *             without an id and with "provisional":true. The service's row of the same campaign, contact, type and second, which comes with a
 *             sync, takes its place, so that an event counts once. "confirmed": that row is there; "kept": it has no row, and is the event alone
 *
 * Rows of events that come while a first fill is unfinished count from its end on; and of one contact in one second no more than 100 count
 * that the service has not given.
 *
 * Recent methods leave provisional rows out: they give the service's own. inwise_sync compares without them, and reports those that the service has not
 * confirmed ("webhooks"). A cursor of "webhookEvents" reads all events, in order of arrival: each with event_id, state and "received", the
 * mirror's time.
 *
 * Query of "webhookEvents", a JSON object:
 *
 *   key             value
 *   "campaign_id"   integer
 *   "contact_id"    integer
 *   "date_from"     "YYYY-MM-DD" (the whole day) or "YYYY-MM-DD HH:MM:SS", of the timestamp; it belongs to the range
 *   "date_to"       the same; it belongs to the range as well
 *   "trigger_type"  string: one type, in the service's spelling
 *   "after"         0 or more: the event_id behind which to begin
 *   "page_size"     1 to 1000
 *
 * What goes wrong beside address, token and body is to be answered with 503: the service may then send it again.
 *
 * Errors: as for inwise_webhook_parse, STORE, TIMEOUT, CANCELLED, CLOSED. Any thread. */
inwise_status inwise_webhook_ingest(inwise_client *mirror, const char *body, size_t length, const char *options, char **event);

/* ------------------------------------------------------------------ Serving */

/* Answers one REST request out of a sandbox or a mirror, so that any web framework can mount it: the service's paths, parameters
 * and rules, errors included.
 *
 * http_method     "GET"; anything else is answered with 405.
 * path_and_query  as on the request line: "/rest/v1/campaigns/email/activities?page_index=0". What precedes
 *                 "/campaigns/email/" does not matter.
 * headers         a JSON object of header names (any case) and values, or NULL. "X-API-Key" is looked at if
 *                 the client was opened with "api_key".
 * http_status     receives 200, 400, 401, 404, 405, 429 or 500; or 0: close the connection without an answer (drop_rate).
 * body            receives the answer's JSON; NULL when http_status is 0.
 *
 * Returns INWISE_OK whenever there is an HTTP answer, a 404 as well as a 200; on an error body holds that.
 * Errors: ARGUMENT (a remote client, NULL or invalid text), CANCELLED, CLOSED, MEMORY. Any thread. */
inwise_status inwise_handle(inwise_client *client, const char *http_method, const char *path_and_query,
                            const char *headers, int *http_status, char **body);

/* ------------------------------------------------------------------ Logging */

typedef int32_t inwise_log_level;

enum {
    INWISE_LOG_OFF = 0,
    INWISE_LOG_ERROR = 1,
    INWISE_LOG_WARNING = 2, /* retries, pages that had to be read again */
    INWISE_LOG_INFO = 3,    /* what was noticed of the service: first page, page size, order */
    INWISE_LOG_DEBUG = 4    /* each request and answer: path, status, bytes, milliseconds */
};

/* Receives one line, UTF-8 without a newline, valid until it returns. Called on the thread of the call that logs,
 * within that call: of this client it may call what doesn't wait for a turn (inwise_cancel, inwise_close, inwise_set_log,
 * inwise_cursor_info, inwise_cursor_close); any other call is INWISE_ERR_ARGUMENT. */
typedef void (*inwise_log_fn)(inwise_log_level level, const char *line, void *context);

/* Sends a client's log lines of level and graver to log; NULL, or INWISE_LOG_OFF, stops them. context is handed
 * through and not kept beyond the next inwise_set_log or inwise_close that has returned. It waits for no call, only for a line that
 * is being written on another thread. Errors: ARGUMENT (level), CLOSED. Any thread. */
inwise_status inwise_set_log(inwise_client *client, inwise_log_level level, inwise_log_fn log, void *context);

#ifdef __cplusplus
}
#endif

#endif /* INWISE_H */
