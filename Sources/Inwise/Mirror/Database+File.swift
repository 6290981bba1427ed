// SPDX-License-Identifier: MIT

internal import CSQLite

/// What `MirrorFile` asks of a file, and settles for it.
extension Database {
    /// The file's first bytes, as they are on the disk.
    func header() throws(InwiseError) -> MirrorHeader {
        try beginUse()
        defer { endUse() }
        var bytes = [UInt8](repeating: 0, count: MirrorHeader.count)
        let status = inwise_sqlite_head(connection, &bytes, Int32(MirrorHeader.count))
        guard status == SQLITE_OK else { throw failure(status, "The file can't be read") }
        return MirrorHeader(bytes)
    }

    /// Whether SQLite could open the file for reading alone.
    var isReadOnly: Bool { sqlite3_db_readonly(connection, "main") == 1 }

    /// Whether the last connection that is closed leaves the file and what is beside it as they are.
    func leavesFiles(_ leaves: Bool) { _ = inwise_sqlite_configure(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leaves ? 1 : 0) }

    /// The first row's first column; 0 where there is none.
    func integer(_ sql: String) throws(InwiseError) -> Int64 { try prepare(sql).firstInteger() ?? 0 }

    func isKeepingLog() throws(InwiseError) -> Bool { try text("PRAGMA journal_mode") == "wal" }

    /// What is wrong with the pages that hold the schema, in SQLite's words. Nil where it can't tell without reading everything.
    func schemaProblem() throws(InwiseError) -> String? {
        guard sqlite3_libversion_number() >= 3_033_000 else { return nil }
        let answer = try text("PRAGMA integrity_check(sqlite_schema)")
        return answer == "ok" ? nil : answer
    }

    /// The first row's first column; nil where there is none.
    func text(_ sql: String) throws(InwiseError) -> String? {
        let select = try prepare(sql)
        defer { select.reset() }
        return try select.step() ? select.text(0).map { String(decoding: $0, as: UTF8.self) } : nil
    }

    /// Statements can't damage the file, whatever they say.
    func makeDefensive() { _ = inwise_sqlite_configure(connection, SQLITE_DBCONFIG_DEFENSIVE, 1) }
}
