// SPDX-License-Identifier: MIT

internal import CSQLite

/// A prepared statement: values are bound, rows are stepped through, and `reset` makes it ready for the next run.
///
/// Parameters are counted from 1 and columns from 0, as SQLite counts them. Bound values stay until they are bound again.
final class Statement {
    /// A value for a parameter.
    enum Value {
        case integer(Int64)
        case text(String)
    }

    private let prepared: OpaquePointer
    /// Nil in a forked child, where it is the parent's: SQLite does nothing with that, and says so.
    private var statement: OpaquePointer? { database.isDead ? nil : prepared }
    /// Keeps the connection open as long as the statement is there.
    private let database: Database
    /// Between its first step and its end the database is in use.
    private var isRunning = false

    init(_ statement: OpaquePointer, of database: Database) {
        prepared = statement
        self.database = database
    }

    deinit {
        if isRunning { reset() }
        database.finalize(prepared)
    }

    // MARK: Running

    /// The next row; false at the end. `reset` must follow the last step, also after an error.
    func step() throws(InwiseError) -> Bool {
        if !isRunning {
            try database.beginUse()
            isRunning = true
        }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let status: throw database.failure(status, "The database failed")
        }
    }

    func reset() {
        sqlite3_reset(statement)
        database.clearStop()
        guard isRunning else { return }
        isRunning = false
        database.endUse()
    }

    /// Runs a statement that gives no rows.
    func run() throws(InwiseError) {
        defer { reset() }
        while try step() {}
    }

    /// Runs a statement and gives the first row's first column; nil for no row or null.
    func firstInteger() throws(InwiseError) -> Int64? {
        defer { reset() }
        return try step() && !isNull(0) ? integer(0) : nil
    }

    /// Rows that the last insert, update or delete of this database changed.
    var changes: Int { database.changes }

    // MARK: Values

    func bind(_ index: Int32, _ value: Int64) throws(InwiseError) {
        try check(sqlite3_bind_int64(statement, index, value))
    }

    /// Binds UTF-8 text; its bytes are copied.
    func bind(_ index: Int32, _ text: UnsafeRawBufferPointer) throws(InwiseError) {
        guard let length = Int32(exactly: text.count) else {
            throw InwiseError(.store, "A text of \(text.count) bytes is too long for the database.")
        }
        if let bytes = text.baseAddress {
            try check(inwise_sqlite_bind_text(statement, index, bytes.assumingMemoryBound(to: CChar.self), length))
        } else {
            try check(inwise_sqlite_bind_text(statement, index, "", 0))
        }
    }

    /// Binds UTF-8 text that stays where it is until the parameter is bound again or `clear` is called.
    func bind(_ index: Int32, lasting text: UnsafeRawBufferPointer) throws(InwiseError) {
        guard let length = Int32(exactly: text.count), let bytes = text.baseAddress else { return try bind(index, text) }
        try check(sqlite3_bind_text(statement, index, bytes.assumingMemoryBound(to: CChar.self), length, nil))
    }

    /// Binds many values inside one use; what `bind` below does, without asking for each.
    func bindAll(_ body: (Binder) throws(InwiseError) -> Void) throws(InwiseError) {
        try database.beginUse()
        defer { database.endUse() }
        try body(Binder(statement: statement, database: database))
    }

    struct Binder {
        fileprivate let statement: OpaquePointer?
        fileprivate let database: Database

        @inline(__always)
        func bind(_ index: Int32, _ value: Int64) throws(InwiseError) { try check(sqlite3_bind_int64(statement, index, value)) }

        @inline(__always)
        func bindNull(_ index: Int32) throws(InwiseError) { try check(sqlite3_bind_null(statement, index)) }

        /// Text that stays where it is until the parameter is bound again or the statement's `clear` is called.
        @inline(__always)
        func bind(_ index: Int32, lasting text: UnsafeRawBufferPointer) throws(InwiseError) {
            guard let length = Int32(exactly: text.count) else {
                throw InwiseError(.store, "A text of \(text.count) bytes is too long for the database.")
            }
            // An empty text may lie nowhere, which SQLite would take for null.
            guard let bytes = text.baseAddress else { return try check(inwise_sqlite_bind_text(statement, index, "", 0)) }
            try check(sqlite3_bind_text(statement, index, bytes.assumingMemoryBound(to: CChar.self), length, nil))
        }

        @inline(__always)
        private func check(_ status: Int32) throws(InwiseError) {
            guard status == SQLITE_OK else { throw database.failure(status, "The database refused a value") }
        }
    }

    /// Binds bytes; they are copied.
    func bind(_ index: Int32, blob bytes: UnsafeRawBufferPointer) throws(InwiseError) {
        guard let length = Int32(exactly: bytes.count) else {
            throw InwiseError(.store, "\(bytes.count) bytes are too many for the database.")
        }
        try check(inwise_sqlite_bind_blob(statement, index, bytes.baseAddress, length))
    }

    /// Lets go of all values.
    func clear() { sqlite3_clear_bindings(statement) }

    func bind(_ index: Int32, _ text: String) throws(InwiseError) {
        var text = text
        let outcome: Result<Void, InwiseError> = text.withUTF8 { utf8 in
            Result { () throws(InwiseError) in try bind(index, UnsafeRawBufferPointer(utf8)) }
        }
        try outcome.get()
    }

    /// Binds text, or null for nil.
    func bind(_ index: Int32, _ text: TextBuilder?) throws(InwiseError) {
        guard let text else { return try bindNull(index) }
        let outcome: Result<Void, InwiseError> = text.withBytes { bytes in
            Result { () throws(InwiseError) in try bind(index, bytes) }
        }
        try outcome.get()
    }

    func bindNull(_ index: Int32) throws(InwiseError) {
        try check(sqlite3_bind_null(statement, index))
    }

    /// Binds values to the parameters from 1 on.
    func bind(_ values: [Value]) throws(InwiseError) {
        var index: Int32 = 0
        for value in values {
            index += 1
            switch value {
            case .integer(let number): try bind(index, number)
            case .text(let text): try bind(index, text)
            }
        }
    }

    // MARK: Columns

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// 0 where the column is null.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// A column's UTF-8 bytes, valid until the next step; nil where it is null.
    func text(_ column: Int32) -> UnsafeRawBufferPointer? {
        guard let bytes = sqlite3_column_text(statement, column) else { return nil }
        return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// A column's bytes, valid until the next step; nil where it is null.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer? {
        guard let bytes = sqlite3_column_blob(statement, column) else { return nil }
        return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// A column as a string; nil where it is null.
    func string(_ column: Int32) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }

    /// A column that may be null.
    func optional(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// Binds inside a use: a forked child must not find a value half bound.
    private func check(_ bind: @autoclosure () -> Int32) throws(InwiseError) {
        try database.beginUse()
        defer { database.endUse() }
        let status = bind()
        guard status == SQLITE_OK else { throw database.failure(status, "The database refused a value") }
    }
}
