// SPDX-License-Identifier: MIT

internal import CSQLite
internal import Glibc

extension InwiseError {
    /// What a status of SQLite's means to who has the file.
    ///
    /// - Parameters:
    ///   - what: failed.
    ///   - path: the file's; nil for a database in memory.
    ///   - words: SQLite's own.
    ///   - cause: the `errno` behind it, or 0.
    static func database(_ status: Int32, _ what: String, path: String?, words: String, cause: Int32) -> InwiseError {
        switch status & 0xff {
        case SQLITE_INTERRUPT: return .cancelledCall
        case SQLITE_NOMEM: return InwiseError(.memory, "No memory left for the database.")
        default: break
        }
        guard let path else { return InwiseError(.store, "\(what): \(words).") }
        let reason = cause == 0 ? words : "\(words): \(String(cString: strerror(cause)))"
        switch status & 0xff {
        case SQLITE_FULL: return .full(path)
        case SQLITE_IOERR where [ENOSPC, EDQUOT, EFBIG].contains(cause): return .full(path)
        case SQLITE_IOERR where Int(status) == INWISE_SQLITE_IOERR_NOMEM: return InwiseError(.memory, "No memory left for the database.")
        case SQLITE_IOERR where Self.locks.contains(Int(status)): return .unlockable(path, reason)
        case SQLITE_PROTOCOL, SQLITE_NOLFS: return .unlockable(path, reason)
        case SQLITE_IOERR:
            return InwiseError(.store, "The disk failed under \(path) (\(reason)). What was written before is kept: see to the disk, then go on.")
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged(path, words)
        case SQLITE_BUSY, SQLITE_LOCKED:
            return InwiseError(.store, "\(path) is in use by another process, which did not finish in time. Try again later.")
        case SQLITE_READONLY where Int(status) == INWISE_SQLITE_READONLY_DBMOVED:
            return InwiseError(.store, "\(path) was moved or deleted while it was open. Put it back, or open it anew.")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: return .unwritable(path)
        case SQLITE_CANTOPEN:
            return InwiseError(.store, "\(path) can't be opened (\(reason)). This user must be allowed to read and write the file and its folder, in which two more are made; with \"read_only\", to read them.")
        default: return InwiseError(.store, "\(what), \(path): \(words).")
        }
    }

    private static let locks = [
        INWISE_SQLITE_IOERR_LOCK, INWISE_SQLITE_IOERR_UNLOCK, INWISE_SQLITE_IOERR_RDLOCK, INWISE_SQLITE_IOERR_CHECKRESERVEDLOCK,
        INWISE_SQLITE_IOERR_SHMLOCK, INWISE_SQLITE_IOERR_SHMMAP, INWISE_SQLITE_IOERR_SHMOPEN,
    ]

    static func full(_ path: String) -> InwiseError {
        InwiseError(.store, "There is no room on the disk for \(path), or no more is allowed. What was written before is kept: make room, then go on.")
    }

    static func unlockable(_ path: String, _ reason: String) -> InwiseError {
        InwiseError(.store, "\(path) can't be locked (\(reason)). A mirror must lie on a local disk, not on one of the network.")
    }

    static func damaged(_ path: String, _ how: String) -> InwiseError {
        InwiseError(.store, "\(path) is damaged (\(how)). Move it away, together with what is beside it under the same name and \"-wal\", and sync into a new file: the service has the rows. Keep it where it has events of webhooks: those of SMS, forms and the site are nowhere else.")
    }

    static func unwritable(_ path: String) -> InwiseError {
        InwiseError(.store, "\(path) can't be written: the file, its folder or the disk is not this user's to write. Let it write there, or open the mirror with \"read_only\".")
    }

    /// For a deadline that passed in a mirror.
    static func timeout(_ message: String, parameter: String? = nil) -> InwiseError {
        var error = InwiseError(.timeout, message, parameter: parameter)
        error.isOfMirror = true
        return error
    }

    /// For what the parent of this process opened.
    static func inherited(_ path: String?) -> InwiseError {
        InwiseError(.closed, "\(path ?? "The database") was opened before the process was forked. Open it anew in the child.")
    }
}
