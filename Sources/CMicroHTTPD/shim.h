/* SPDX-License-Identifier: MIT
 * libmicrohttpd starts, and tells about connections, by variadic functions, which Swift can't call: inline functions
 * with what the sandbox's server and the receiver of webhooks need. */
#ifndef INWISE_CMICROHTTPD_SHIM_H
#define INWISE_CMICROHTTPD_SHIM_H

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

/* Serves at 127.0.0.1, a thread for each connection. NULL, and errno, on failure.
 *
 * notify     is called when a connection begins and when it ends.
 * begin      receives a request line's target, undecoded; what it returns is handed to answer as the request's state. */
static inline struct MHD_Daemon *inwise_mhd_start(uint16_t port, unsigned int connections, unsigned int idle_seconds,
                                                  MHD_NotifyConnectionCallback notify,
                                                  void *(*begin)(void *context, const char *target, struct MHD_Connection *connection),
                                                  MHD_AccessHandlerCallback answer, void *context) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, port, NULL, NULL,
                            answer, context,
                            MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                            MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
                            MHD_OPTION_NOTIFY_CONNECTION, notify, context,
                            MHD_OPTION_URI_LOG_CALLBACK, begin, context,
                            MHD_OPTION_END);
}

/* Serves on a socket that listens, all of it on one thread; an answer may wait while its connection is suspended. NULL, and errno, on
 * failure.
 *
 * notify, begin  as above.
 * completed      is called when a request has been answered, or will not be. */
static inline struct MHD_Daemon *inwise_mhd_receive(MHD_socket socket, unsigned int connections, MHD_NotifyConnectionCallback notify,
                                                    void *(*begin)(void *context, const char *target, struct MHD_Connection *connection),
                                                    MHD_AccessHandlerCallback answer, MHD_RequestCompletedCallback completed, void *context) {
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                            answer, context,
                            MHD_OPTION_LISTEN_SOCKET, socket,
                            MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_NOTIFY_CONNECTION, notify, context,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, context,
                            MHD_OPTION_URI_LOG_CALLBACK, begin, context,
                            MHD_OPTION_END);
}

/* A connection's socket, or -1. */
static inline MHD_socket inwise_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/* The address of who is at a connection's other end, or NULL. */
static inline const struct sockaddr *inwise_mhd_client(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

/* The port that a daemon listens on; 0 if it can't be told. */
static inline uint16_t inwise_mhd_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

/* What notify kept for a connection. */
static inline void *inwise_mhd_state(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

#endif
