/* SPDX-License-Identifier: MIT
 * What Swift can't import: variadic functions, and SQLITE_TRANSIENT, a cast of -1 to a function pointer. */
#ifndef INWISE_CSQLITE_SHIM_H
#define INWISE_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <stddef.h>

/* Extended codes, which the importer takes for expressions. */
enum {
    INWISE_SQLITE_IOERR_NOMEM = SQLITE_IOERR_NOMEM,
    INWISE_SQLITE_IOERR_LOCK = SQLITE_IOERR_LOCK,
    INWISE_SQLITE_IOERR_UNLOCK = SQLITE_IOERR_UNLOCK,
    INWISE_SQLITE_IOERR_RDLOCK = SQLITE_IOERR_RDLOCK,
    INWISE_SQLITE_IOERR_CHECKRESERVEDLOCK = SQLITE_IOERR_CHECKRESERVEDLOCK,
    INWISE_SQLITE_IOERR_SHMOPEN = SQLITE_IOERR_SHMOPEN,
    INWISE_SQLITE_IOERR_SHMLOCK = SQLITE_IOERR_SHMLOCK,
    INWISE_SQLITE_IOERR_SHMMAP = SQLITE_IOERR_SHMMAP,
    INWISE_SQLITE_READONLY_DBMOVED = SQLITE_READONLY_DBMOVED
};

/* SQLite copies the bytes before it returns. */
static inline int inwise_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, bytes, length, SQLITE_TRANSIENT);
}

/* The same; of no bytes at all it makes an empty value, not NULL. */
static inline int inwise_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, index, length > 0 ? bytes : "", length, SQLITE_TRANSIENT);
}

/* Switches one of SQLITE_DBCONFIG_... on or off. */
static inline int inwise_sqlite_configure(sqlite3 *connection, int what, int on) {
    return sqlite3_db_config(connection, what, on, NULL);
}

/* The first bytes of the main database's file, zeros beyond its end. Through the descriptor that SQLite itself has: to
 * close another one of the same file would drop the locks of every connection in the process. */
static inline int inwise_sqlite_head(sqlite3 *connection, unsigned char *bytes, int count) {
    sqlite3_file *file = NULL;
    int status = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (status != SQLITE_OK) return status;
    if (file == NULL || file->pMethods == NULL) return SQLITE_CANTOPEN;
    status = file->pMethods->xRead(file, bytes, count, 0);
    return status == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : status;
}

/* The errno behind the last failure, which SQLite often knows of the file alone that it happened to; 0 if it doesn't. */
static inline int inwise_sqlite_cause(sqlite3 *connection) {
    int cause = sqlite3_system_errno(connection);
    sqlite3_file *log = NULL;
    if (cause != 0 || (sqlite3_errcode(connection) & 0xff) != SQLITE_IOERR) return cause;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log != NULL && log->pMethods != NULL) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &cause);
    if (cause == 0) sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &cause);
    return cause;
}

#endif
