// SPDX-License-Identifier: MIT

internal import CSQLite
internal import Glibc

/// One connection to an SQLite database. Used by one call at a time; it has no lock of its own.
final class Database {
    /// Its file's path; nil for a database in memory.
    let path: String?
    let connection: OpaquePointer
    private let isFile: Bool
    private let generation = FileUses.generation
    /// What the file was when it was opened as one that nobody changes.
    private var unchanging: UnchangingFile?

    /// Asked a few thousand times a second while a statement runs, and while another process's write is waited for: an error
    /// ends that with it.
    var stop: (() -> InwiseError?)?
    private var stopped: InwiseError?

    /// Nested uses of the file, which are one use for `FileUses`.
    private var depth = 0
    private var waitedSince = Instant.distantFuture
    private var failsIfBusy = false

    /// Virtual machine steps between two questions of `stop`: below a millisecond.
    private static let stepsBetweenStops: Int32 = 20_000

    /// How long another process's write is waited for where there is nothing to ask whether to stop.
    private static let patienceSeconds = 10.0

    // MARK: Opening

    /// Makes a database in memory.
    convenience init() throws(InwiseError) {
        SQLiteForkGuard.arm()
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
        try self.init(name: ":memory:", flags, path: nil)
    }

    /// Opens a file that is there, without reading or locking it yet; see `MirrorFile`.
    ///
    /// - Parameters:
    ///   - path: absolute.
    ///   - unchanging: what the file is, if nobody changes it: it is read without locks, and without another file beside it.
    convenience init(file path: String, readOnly: Bool, unchanging: UnchangingFile? = nil) throws(InwiseError) {
        FileUses.arm()
        FileUses.enter()
        defer { FileUses.leave() }
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        flags |= readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        if unchanging != nil { flags |= SQLITE_OPEN_URI }
        try self.init(name: unchanging?.uri ?? path, flags, path: path)
        self.unchanging = unchanging
    }

    private init(name: String, _ flags: Int32, path: String?) throws(InwiseError) {
        self.path = path
        isFile = path != nil
        var opened: OpaquePointer?
        let status = sqlite3_open_v2(name, &opened, flags, nil)
        guard let opened else { throw InwiseError(.memory, "No memory to open a database.") }
        connection = opened
        if let path {
            guard let file = FileUses.File(path), FileUses.add(opened, file, close: closeInherited) else {
                throw InwiseError(.store, "\(path) can't be opened in this process: it was forked while the file was being used. Open it in a process that was forked at another time, or that runs a program of its own.")
            }
        }
        sqlite3_extended_result_codes(opened, 1)
        guard status == SQLITE_OK else { throw failure(sqlite3_extended_errcode(opened), "The database can't be opened") }
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(opened, Self.stepsBetweenStops, { context in
            guard let context else { return 0 }
            return Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().mustStop() ? 1 : 0
        }, context)
        sqlite3_busy_handler(opened, { context, times in
            guard let context else { return 0 }
            return Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().waitsIfBusy(times) ? 1 : 0
        }, context)
    }

    deinit {
        takeDown {
            if isFile { FileUses.remove(connection) }
            sqlite3_progress_handler(connection, 0, nil, nil)
            sqlite3_busy_handler(connection, nil, nil)
            // Statements hold the database, so none is left; were there one, v2 would wait for it.
            sqlite3_close_v2(connection)
        }
    }

    // MARK: Uses

    /// Whether it was opened by a process that this one was forked from: it is closed then.
    @inline(__always) var isDead: Bool { isFile && generation != FileUses.generation }

    /// Before anything is asked of SQLite; `endUse` follows. Uses may be nested.
    func beginUse() throws(InwiseError) {
        guard isFile else { return }
        if depth == 0 {
            FileUses.enter()
            do throws(InwiseError) { try checkUsable() } catch {
                FileUses.leave()
                throw error
            }
        } else {
            try checkUsable()
        }
        depth += 1
    }

    func endUse() {
        guard isFile else { return }
        depth -= 1
        // In a child that was forked in the middle, the use was the parent's.
        if depth == 0, !isDead { FileUses.leave() }
    }

    private func checkUsable() throws(InwiseError) {
        if isDead { throw .inherited(path) }
        if depth == 0 { try unchanging?.check() }
    }

    /// Lets go of something, whatever has become of the file. In a child that has been done, and nothing is there any more.
    private func takeDown(_ body: () -> Void) {
        guard isFile else { return body() }
        let isOutside = depth == 0
        if isOutside { FileUses.enter() }
        if !isDead { body() }
        if isOutside { FileUses.leave() }
    }

    func finalize(_ statement: OpaquePointer) { takeDown { sqlite3_finalize(statement) } }

    // MARK: Statements

    /// Prepares a statement that will be run many times.
    func prepare(_ sql: String) throws(InwiseError) -> Statement {
        try beginUse()
        defer { endUse() }
        stopped = nil
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard status == SQLITE_OK, let statement else { throw failure(status, "The database refused a statement") }
        return Statement(statement, of: self)
    }

    /// Runs statements that give no rows and take no values.
    func execute(_ sql: String) throws(InwiseError) {
        try beginUse()
        defer { endUse() }
        stopped = nil
        let status = sqlite3_exec(connection, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw failure(status, "The database refused a statement") }
    }

    // MARK: Transactions

    /// Runs `body` in a transaction: all of it, or on an error nothing. It must not call the host.
    ///
    /// - Parameter durable: whether it must survive a loss of power that follows at once. The file survives it in either case.
    func transaction<Value>(durable: Bool = false, _ body: () throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        if durable { try execute("PRAGMA synchronous = FULL") }
        defer { if durable { try? execute("PRAGMA synchronous = NORMAL") } }
        return try within("BEGIN IMMEDIATE", body)
    }

    /// Runs statements of `body` that only read on one state of the file, whatever other processes write meanwhile.
    func readTransaction<Value>(_ body: () throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        try within("BEGIN") { () throws(InwiseError) -> Value in
            let value = try body()
            try unchanging?.check()
            return value
        }
    }

    private func within<Value>(_ begin: String, _ body: () throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        try self.begin(begin)
        defer { endUse() }
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // What ended the body must not end the way back as well.
            let stop = self.stop
            self.stop = nil
            defer { self.stop = stop }
            if !isDead, sqlite3_get_autocommit(connection) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Begins a transaction and a use. Another process's write is waited for outside of one, so that this process may fork
    /// meanwhile.
    private func begin(_ sql: String) throws(InwiseError) {
        var times: Int32 = 0
        while true {
            try beginUse()
            if sqlite3_get_autocommit(connection) == 0 {
                endUse()
                throw InwiseError(.internal, "A transaction of the database began inside another.")
            }
            stopped = nil
            failsIfBusy = true
            let status = sqlite3_exec(connection, sql, nil, nil, nil)
            failsIfBusy = false
            if status == SQLITE_OK { return }
            let error = failure(status, "The database refused a transaction")
            endUse()
            guard status & 0xff == SQLITE_BUSY else { throw error }
            guard waits(times) else { throw stopped ?? error }
            times &+= 1
        }
    }

    /// Rows that the last insert, update or delete changed.
    var changes: Int { Int(sqlite3_changes(connection)) }

    /// Writes go into a log beside the file from now on, so that others can read meanwhile.
    func keepLog() throws(InwiseError) {
        var times: Int32 = 0
        failsIfBusy = true
        defer { failsIfBusy = false }
        while true {
            do throws(InwiseError) { return try execute("PRAGMA journal_mode = WAL") } catch {
                // SQLite itself doesn't wait here.
                guard sqlite3_errcode(connection) & 0xff == SQLITE_BUSY else { throw error }
                guard waits(times) else { throw stopped ?? error }
                times &+= 1
            }
        }
    }

    // MARK: Waiting and stopping

    /// The error for a status of SQLite's.
    func failure(_ status: Int32, _ what: String) -> InwiseError {
        if isDead { return .inherited(path) }
        if let stopped, [SQLITE_INTERRUPT, SQLITE_BUSY].contains(status & 0xff) { return stopped }
        let words = String(cString: sqlite3_errmsg(connection))
        return .database(status, what, path: path, words: words, cause: inwise_sqlite_cause(connection))
    }

    func clearStop() { stopped = nil }

    private func mustStop() -> Bool {
        guard let error = stop?() else { return false }
        stopped = error
        return true
    }

    /// SQLite's own question: whether to try again.
    private func waitsIfBusy(_ times: Int32) -> Bool { !failsIfBusy && waits(times) }

    /// Sleeps a little while another process has what is needed; false when that is to end.
    private func waits(_ times: Int32) -> Bool {
        if times == 0 { waitedSince = .now }
        if stop == nil {
            guard Instant.now.seconds(since: waitedSince) < Self.patienceSeconds else { return false }
        } else if mustStop() {
            return false
        }
        usleep(useconds_t(min(max(times, 0), 9) + 1) * 1000)
        return true
    }
}

/// Closes a connection of the parent's in its child: nothing is written and no lock of the parent's let go of.
private func closeInherited(_ connection: OpaquePointer) {
    sqlite3_progress_handler(connection, 0, nil, nil)
    sqlite3_busy_handler(connection, nil, nil)
    inwise_sqlite_configure(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    while let statement = sqlite3_next_stmt(connection, nil) { sqlite3_finalize(statement) }
    sqlite3_close_v2(connection)
}
