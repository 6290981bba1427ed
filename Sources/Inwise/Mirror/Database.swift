// SPDX-License-Identifier: MIT

internal import CSQLite

/// One connection to an SQLite database. Used by one call at a time; it has no lock of its own.
final class Database {
    fileprivate let connection: OpaquePointer
    private var stopped: InwiseError?

    /// Asked a few thousand times a second while a statement runs: an error ends the statement with it.
    var stop: (() -> InwiseError?)?

    /// Virtual machine steps between two questions of `stop`: below a millisecond.
    private static let stepsBetweenStops: Int32 = 20_000

    /// Opens a database, and makes it if it isn't there.
    ///
    /// - Parameter path: a file, or `:memory:`.
    init(path: String = ":memory:") throws(InwiseError) {
        SQLiteForkGuard.arm()
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened else { throw InwiseError(.memory, "No memory to open a database.") }
        connection = opened
        guard status == SQLITE_OK else { throw failure(status, "The database can't be opened") }
        sqlite3_extended_result_codes(opened, 1)
        sqlite3_progress_handler(opened, Self.stepsBetweenStops, { context in
            guard let context else { return 0 }
            return Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().mustStop() ? 1 : 0
        }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        sqlite3_progress_handler(connection, 0, nil, nil)
        // Statements hold the database, so none is left; were there one, v2 would wait for it.
        sqlite3_close_v2(connection)
    }

    /// Prepares a statement that will be run many times.
    func prepare(_ sql: String) throws(InwiseError) -> Statement {
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard status == SQLITE_OK, let statement else { throw failure(status, "The database refused a statement") }
        return Statement(statement, of: self)
    }

    /// Runs statements that give no rows and take no values.
    func execute(_ sql: String) throws(InwiseError) {
        stopped = nil
        let status = sqlite3_exec(connection, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw failure(status, "The database refused a statement") }
    }

    /// Runs `body` in a transaction: all of it, or on an error nothing.
    func transaction<Value>(_ body: () throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        try execute("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // What ended the body must not end the way back as well.
            let stop = self.stop
            self.stop = nil
            defer { self.stop = stop }
            if sqlite3_get_autocommit(connection) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// The error for a status of SQLite's, with its own words.
    func failure(_ status: Int32, _ what: String) -> InwiseError {
        switch status & 0xff {
        case SQLITE_INTERRUPT: return stopped ?? .cancelledCall
        case SQLITE_NOMEM: return InwiseError(.memory, "No memory left for the database.")
        default: return InwiseError(.store, "\(what): \(String(cString: sqlite3_errmsg(connection))).")
        }
    }

    func clearStop() { stopped = nil }

    private func mustStop() -> Bool {
        guard let error = stop?() else { return false }
        stopped = error
        return true
    }
}
