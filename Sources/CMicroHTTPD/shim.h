/* SPDX-License-Identifier: MIT
 * libmicrohttpd starts, and tells about connections, by variadic functions, which Swift can't call: inline functions
 * with what the sandbox server needs. */
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
