/* SPDX-License-Identifier: MIT
 *
 * Receives the service's webhooks into a mirror, as a server for a proxy on this machine, which does TLS.
 *
 *     cc webhook.c $(pkg-config --cflags --libs inwise jansson libmicrohttpd) -o webhook
 *     INWISE_MIRROR=file:mirror.db INWISE_WEBHOOK_TOKEN=… ./webhook 8080
 *
 * INWISE_WEBHOOK_TOKEN is a secret of 16 characters at least; the service is given the URL https://your.host/?token=…
 *
 * Answers 200 once the event is kept; 403 to who is not the service; 400 to what is no webhook; and else 503: then it may come again.
 * Goes on until it is told to end (Ctrl-C, SIGTERM). Exit code 0, or 2 if it can't begin.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <inwise.h>
#include <jansson.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bytes of a body; a longer one is refused. */
enum { LONGEST = 1 << 20 };

struct receiver {
    inwise_client *mirror;
    const char *token;
};

/* What has come of a request. */
struct request {
    char *url, *body;
    size_t length, room;
    char forwarded[2000];
    int has_begun;
    unsigned status; /* to be answered whatever else comes; 0 for none */
};

static void *begin(void *receiver, const char *url, struct MHD_Connection *connection) {
    struct request *request = calloc(1, sizeof *request);
    (void)receiver, (void)connection;
    if (request && !(request->url = strdup(url))) {
        free(request);
        request = NULL;
    }
    return request;
}

static void end(void *receiver, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why) {
    struct request *request = *state;
    (void)receiver, (void)connection, (void)why;
    if (!request) return;
    free(request->url);
    free(request->body);
    free(request);
}

static void append(struct request *request, const char *bytes, size_t count) {
    if (request->length + count > LONGEST) request->status = 400;
    if (request->status) return;
    if (request->length + count > request->room) {
        size_t room = 2 * (request->length + count);
        char *body = realloc(request->body, room);
        if (!body) {
            request->status = 503;
            return;
        }
        request->body = body;
        request->room = room;
    }
    memcpy(request->body + request->length, bytes, count);
    request->length += count;
}

/* Joins the headers of this name: the last is the proxy's, and what comes before it anyone can have written. */
static enum MHD_Result join_forwarded(void *state, enum MHD_ValueKind kind, const char *name, const char *value) {
    struct request *request = state;
    size_t length = strlen(request->forwarded), room = sizeof request->forwarded - length;
    (void)kind;
    if (strcasecmp(name, "X-Forwarded-For") == 0 && value &&
        snprintf(request->forwarded + length, room, "%s%s", length ? "," : "", value) >= (int)room)
        request->status = 400;
    return MHD_YES;
}

/* Gives the HTTP status. */
static unsigned receive(const struct receiver *receiver, struct request *request, struct MHD_Connection *connection) {
    const struct sockaddr_in *sender =
        (const struct sockaddr_in *)MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    char address[INET_ADDRSTRLEN] = "", *options, *error;
    inwise_status status;
    json_t *json;

    inet_ntop(AF_INET, &sender->sin_addr, address, sizeof address);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, join_forwarded, request);
    /* There is none where something isn't UTF-8. */
    json = json_pack("{s:s, s:[ss], s:s, s:s, s:s}", "remote_address", address, "trusted_proxies", "127.0.0.1", "::1", "forwarded_for",
                     request->forwarded, "token", receiver->token, "url", request->url);
    options = json ? json_dumps(json, 0) : NULL;
    json_decref(json);
    if (!options || request->status) {
        free(options);
        return request->status ? request->status : 400;
    }
    status = inwise_webhook_ingest(receiver->mirror, request->body, request->length, options, &error);
    free(options);
    if (status != INWISE_OK && status != INWISE_ERR_AUTH && status != INWISE_ERR_PROTOCOL)
        fprintf(stderr, "inwise_webhook_ingest: %s\n", error ? error : inwise_status_name(status));
    inwise_free(error); /* or the event */
    return status == INWISE_OK ? 200 : status == INWISE_ERR_AUTH ? 403 : status == INWISE_ERR_PROTOCOL ? 400 : 503;
}

/* Called with the head of a request, with each part of its body, and once more. */
static enum MHD_Result handle(void *receiver, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                              const char *part, size_t *size, void **state) {
    struct request *request = *state;
    struct MHD_Response *response;
    enum MHD_Result result;
    (void)url, (void)method, (void)version;
    if (!request) return MHD_NO;
    if (!request->has_begun) {
        request->has_begun = 1;
        return MHD_YES;
    }
    if (*size > 0) {
        append(request, part, *size);
        *size = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    result = MHD_queue_response(connection, receive(receiver, request, connection), response);
    MHD_destroy_response(response);
    return result;
}

/* Gives the exit code. */
static int serve(struct receiver *receiver, unsigned short port) {
    struct sockaddr_in address = {0};
    struct MHD_Daemon *daemon;
    sigset_t ending;
    int signal;

    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* In all threads, so that sigwait gets them. */
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, port, NULL, NULL, handle, receiver,
                              MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK, begin, NULL, MHD_OPTION_NOTIFY_COMPLETED, end, NULL,
                              MHD_OPTION_CONNECTION_LIMIT, 100u, MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
    if (!daemon) {
        perror("MHD_start_daemon");
        return 2;
    }
    printf("Listening at http://127.0.0.1:%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    sigwait(&ending, &signal);
    MHD_stop_daemon(daemon);
    return 0;
}

int main(int argc, char **argv) {
    struct receiver receiver;
    const char *mirror = getenv("INWISE_MIRROR");
    char *error;
    int code;

    receiver.token = getenv("INWISE_WEBHOOK_TOKEN");
    if (argc != 2 || !*argv[1] || argv[1][strspn(argv[1], "0123456789")] || strlen(argv[1]) > 5 || atoi(argv[1]) > 65535 || !mirror || !receiver.token) {
        fprintf(stderr, "usage: INWISE_MIRROR=file:… INWISE_WEBHOOK_TOKEN=… %s PORT\n", argv[0]);
        return 2;
    }
    if (inwise_open(mirror, NULL, &receiver.mirror, &error) != INWISE_OK) {
        fprintf(stderr, "inwise_open: %s\n", error ? error : "no details");
        inwise_free(error);
        return 2;
    }
    code = serve(&receiver, (unsigned short)atoi(argv[1]));
    inwise_close(receiver.mirror);
    return code;
}
