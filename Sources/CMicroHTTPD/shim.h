/* SPDX-License-Identifier: MIT
 * MHD_start_daemon is variadic, which Swift can't call. */
#ifndef INWISE_CMICROHTTPD_SHIM_H
#define INWISE_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
