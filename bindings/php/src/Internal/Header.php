<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

/**
 * include/inwise.h without comments and preprocessor lines, which FFI does not read. A constant, so that opcache keeps it.
 *
 * @internal
 */
final class Header
{
    public const TEXT = <<<'C'
        typedef int32_t inwise_status;
        enum {
            INWISE_OK = 0,
            INWISE_DONE = 1,
            INWISE_ERR_ARGUMENT = -1,
            INWISE_ERR_AUTH = -2,
            INWISE_ERR_NOT_FOUND = -3,
            INWISE_ERR_RATE_LIMIT = -4,
            INWISE_ERR_HTTP = -5,
            INWISE_ERR_SERVER = -6,
            INWISE_ERR_NETWORK = -7,
            INWISE_ERR_TIMEOUT = -8,
            INWISE_ERR_CANCELLED = -9,
            INWISE_ERR_PROTOCOL = -10,
            INWISE_ERR_STORE = -11,
            INWISE_ERR_CLOSED = -12,
            INWISE_ERR_MEMORY = -13,
            INWISE_ERR_INTERNAL = -14
        };
        const char *inwise_version(void);
        const char *inwise_status_name(inwise_status status);
        void inwise_free(char *text);
        typedef struct inwise_client inwise_client;
        inwise_status inwise_open(const char *url, const char *options, inwise_client **client, char **error);
        inwise_status inwise_close(inwise_client *client);
        inwise_status inwise_cancel(inwise_client *client);
        inwise_status inwise_sent_emails(inwise_client *client, const char *query, char **json);
        inwise_status inwise_undelivered(inwise_client *client, const char *query, char **json);
        inwise_status inwise_activities(inwise_client *client, const char *query, char **json);
        inwise_status inwise_activities_summary(inwise_client *client, const char *query, char **json);
        inwise_status inwise_recent_activities(inwise_client *client, const char *query, char **json);
        inwise_status inwise_recent_sent_emails(inwise_client *client, const char *query, char **json);
        inwise_status inwise_recent_undelivered(inwise_client *client, const char *query, char **json);
        typedef struct inwise_cursor inwise_cursor;
        inwise_status inwise_cursor_open(inwise_client *client, const char *method, const char *query,
                                         inwise_cursor **cursor, char **error);
        inwise_status inwise_cursor_next(inwise_cursor *cursor, char **rows);
        inwise_status inwise_cursor_info(inwise_cursor *cursor, char **json);
        inwise_status inwise_cursor_close(inwise_cursor *cursor);
        typedef struct inwise_funnel inwise_funnel;
        inwise_status inwise_funnel_create(const char *options, inwise_funnel **funnel, char **error);
        inwise_status inwise_funnel_add(inwise_funnel *funnel, const char *kind, const char *rows, size_t length, char **error);
        inwise_status inwise_funnel_merge(inwise_funnel *into, inwise_funnel *from);
        inwise_status inwise_funnel_save(inwise_funnel *funnel, unsigned char **bytes, size_t *length);
        void inwise_free_bytes(unsigned char *bytes);
        inwise_status inwise_funnel_load(const unsigned char *bytes, size_t length, inwise_funnel **funnel, char **error);
        inwise_status inwise_funnel_summary(inwise_funnel *funnel, const char *query, char **json);
        inwise_status inwise_funnel_close(inwise_funnel *funnel);
        typedef int32_t (*inwise_progress_fn)(const char *progress, void *context);
        inwise_status inwise_sync(inwise_client *from, inwise_client *into, const char *options,
                                  inwise_progress_fn progress, void *context, char **report);
        inwise_status inwise_acknowledge(inwise_client *client, const char *query, char **error);
        inwise_status inwise_webhook_parse(const char *body, size_t length, const char *options, char **event);
        inwise_status inwise_webhook_ingest(inwise_client *mirror, const char *body, size_t length, const char *options, char **event);
        inwise_status inwise_handle(inwise_client *client, const char *http_method, const char *path_and_query,
                                    const char *headers, int *http_status, char **body);
        typedef int32_t inwise_log_level;
        enum {
            INWISE_LOG_OFF = 0,
            INWISE_LOG_ERROR = 1,
            INWISE_LOG_WARNING = 2,
            INWISE_LOG_INFO = 3,
            INWISE_LOG_DEBUG = 4
        };
        typedef void (*inwise_log_fn)(inwise_log_level level, const char *line, void *context);
        inwise_status inwise_set_log(inwise_client *client, inwise_log_level level, inwise_log_fn log, void *context);
        C;
}
