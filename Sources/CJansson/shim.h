/* SPDX-License-Identifier: MIT
 * jansson's type tests and reference counts are macros, which Swift can't see. */
#ifndef INWISE_CJANSSON_SHIM_H
#define INWISE_CJANSSON_SHIM_H

#include <jansson.h>

static inline json_type inwise_json_type(const json_t *value) { return json_typeof(value); }
static inline void inwise_json_decref(json_t *value) { json_decref(value); }
static inline enum json_error_code inwise_json_error_code(const json_error_t *error) { return json_error_code(error); }

#endif
