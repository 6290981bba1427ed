// SPDX-License-Identifier: MIT

internal import CSQLite
internal import Glibc

/// Holds SQLite's process-wide mutexes across `fork`, so that a child which opens a database of its own never waits
/// for one that a thread of its parent had at that moment.
///
/// SQLite takes its memory mutex with every allocation, and one for all files with every lock of one: without this a child
/// of a busy parent hangs now and then.
enum SQLiteForkGuard {
    /// In the order in which SQLite nests them; see `sqlite3_mutex_alloc`. Where SQLite was built without
    /// threads these are nil, and taking them does nothing. Never changed, hence safe.
    private nonisolated(unsafe) static let mutexes: [OpaquePointer?] = [
        SQLITE_MUTEX_STATIC_MAIN, SQLITE_MUTEX_STATIC_OPEN, SQLITE_MUTEX_STATIC_VFS1, SQLITE_MUTEX_STATIC_PRNG,
        SQLITE_MUTEX_STATIC_LRU, SQLITE_MUTEX_STATIC_PMEM, SQLITE_MUTEX_STATIC_MEM,
    ].map { sqlite3_mutex_alloc($0) }

    private static let isArmed: Bool = {
        guard sqlite3_initialize() == SQLITE_OK, mutexes.allSatisfy({ $0 != nil }) else { return false }
        return pthread_atfork({ SQLiteForkGuard.enter() }, { SQLiteForkGuard.leave() }, { SQLiteForkGuard.leave() }) == 0
    }()

    /// Sets the fork handlers, once for the process. Any thread.
    static func arm() { _ = isArmed }

    private static func enter() {
        for mutex in mutexes { sqlite3_mutex_enter(mutex) }
    }

    private static func leave() {
        for mutex in mutexes.reversed() { sqlite3_mutex_leave(mutex) }
    }
}
