/* SPDX-License-Identifier: MIT
 * SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift can't import. */
#ifndef INWISE_CSQLITE_SHIM_H
#define INWISE_CSQLITE_SHIM_H

#include <sqlite3.h>

/* SQLite copies the bytes before it returns. */
static inline int inwise_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, bytes, length, SQLITE_TRANSIENT);
}

#endif
