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

    private let statement: OpaquePointer
    /// Keeps the connection open as long as the statement is there.
    private let database: Database

    init(_ statement: OpaquePointer, of database: Database) {
        self.statement = statement
        self.database = database
    }

    deinit { sqlite3_finalize(statement) }

    // MARK: Running

    /// The next row; false at the end. `reset` must follow the last step, also after an error.
    func step() throws(InwiseError) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let status: throw database.failure(status, "The database failed")
        }
    }

    func reset() {
        sqlite3_reset(statement)
        database.clearStop()
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

    // MARK: Values

    func bind(_ index: Int32, _ value: Int64) throws(InwiseError) {
        try check(sqlite3_bind_int64(statement, index, value))
    }

    /// Binds UTF-8 text; its bytes are copied.
    func bind(_ index: Int32, _ text: UnsafeRawBufferPointer) throws(InwiseError) {
        guard let length = Int32(exactly: text.count) else {
            throw InwiseError(.store, "A text of \(text.count) bytes is too long for the database.")
        }
        let status: Int32
        if let bytes = text.baseAddress {
            status = inwise_sqlite_bind_text(statement, index, bytes.assumingMemoryBound(to: CChar.self), length)
        } else {
            status = inwise_sqlite_bind_text(statement, index, "", 0)
        }
        try check(status)
    }

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

    private func check(_ status: Int32) throws(InwiseError) {
        guard status == SQLITE_OK else { throw database.failure(status, "The database refused a value") }
    }
}
