/* SPDX-License-Identifier: MIT
 *
 * What the programs that are hosts of libinwise share.
 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include <inwise.h>
#include <stdint.h>

enum { INFO_BYTES = 512 };

/* Ends the program on an error; text is where the call put its own. */
void must(inwise_status status, char *const *text);

/* Walks every page of activities, each freed at once. Sums their ids unless ids is NULL; info receives the cursor's. */
void walk_activities(inwise_client *, uint64_t *ids, char info[INFO_BYTES]);

/* An integer member of an object; ends the program if there is none. */
int64_t member(const char *json, const char *name);

#endif
