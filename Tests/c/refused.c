/* SPDX-License-Identifier: MIT
 * A service that refuses the connection: the error, and the end of a walk. Runs under valgrind as well: nothing may leak. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "contract.h"

/* A service that nobody is, on a port that is bound and not listened on: a remote source's error, and its cursor's end. */
static void check_refused_connection(void) {
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    int bound = socket(AF_INET, SOCK_STREAM, 0);
    inwise_client *client = NULL;
    inwise_cursor *cursor = NULL;
    char url[64], *text = untouched;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(bound, (struct sockaddr *)&address, length) == 0);
    CHECK(getsockname(bound, (struct sockaddr *)&address, &length) == 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/rest/v1", ntohs(address.sin_port));
    CHECK(inwise_open(url, "{\"max_retries\":0,\"api_key\":\"secret-key\",\"proxy\":\"\"}", &client, NULL) == INWISE_OK);
    CHECK(inwise_activities(client, NULL, &text) == INWISE_ERR_NETWORK);
    CHECK(text != NULL && strstr(text, "secret-key") == NULL);
    CHECK(is_error(text, INWISE_ERR_NETWORK));
    CHECK(inwise_cursor_open(client, "activities", NULL, &cursor, NULL) == INWISE_OK);
    CHECK(inwise_cursor_next(cursor, NULL) == INWISE_ERR_NETWORK);
    CHECK(inwise_close(client) == INWISE_OK); /* before its cursor */
    CHECK(inwise_cursor_next(cursor, NULL) == INWISE_ERR_CLOSED);
    inwise_cursor_close(cursor);
    CHECK(inwise_cursor_close(cursor) == INWISE_ERR_CLOSED);
    close(bound);
}

int main(void) {
    check_refused_connection();
    return checks_done();
}
