// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite("A mirror's file") struct MirrorFileTests {
    static let migrations = ["CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)", "CREATE TABLE u (a INTEGER); INSERT INTO u SELECT a FROM t"]

    let folder = TemporaryFolder()
    var path: String { folder["m.db"] }

    /// Makes a mirror of a version with some rows, and closes it.
    private func make(_ versions: Int = 2, rows: Int = 5) throws {
        let database = try MirrorFile.open(path, readOnly: false, migrations: Array(Self.migrations.prefix(versions)))
        try database.transaction { () throws(InwiseError) in
            for row in 0..<rows { try database.execute("INSERT INTO t VALUES (\(row), 'row \(row)')") }
        }
    }

    private func open(readOnly: Bool = false, _ migrations: [String] = migrations) throws -> Database {
        try MirrorFile.open(path, readOnly: readOnly, migrations: migrations)
    }

    /// Expects that a file is refused with these words, its path, and no trace left.
    private func expectRefused(
        _ words: String, readOnly: Bool = false, _ migrations: [String] = migrations, at location: SourceLocation = #_sourceLocation
    ) {
        let bytes = TemporaryFolder.read(path), names = folder.names
        let error = #expect(throws: InwiseError.self, sourceLocation: location) {
            try MirrorFile.open(path, readOnly: readOnly, migrations: migrations)
        }
        #expect(error?.code == .store && error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: location)
        #expect(error?.message.contains(path) == true, sourceLocation: location)
        #expect(TemporaryFolder.read(path) == bytes && folder.names == names, "\(folder.names)", sourceLocation: location)
    }

    // MARK: Made and opened

    @Test("is made, kept with a log, closed to one file, and found again", arguments: [false, true])
    func creation(empty: Bool) throws {
        if empty { TemporaryFolder.write([], path) }
        do {
            let database = try open()
            #expect(try database.integer("PRAGMA application_id") == Int64(Schema.applicationID))
            #expect(try database.integer("PRAGMA user_version") == 2)
            #expect(try database.integer("PRAGMA synchronous") == 1)
            #expect(try database.isKeepingLog())
            try database.execute("INSERT INTO t VALUES (1, 'x')")
            #expect(folder.names == ["m.db", "m.db-shm", "m.db-wal"])
        }
        #expect(folder.names == ["m.db"])
        for readOnly in [true, false] { #expect(try open(readOnly: readOnly).integer("SELECT count(*) FROM t") == 1) }
        #expect(folder.names == ["m.db"])
    }

    @Test("is its owner's alone")
    func privacy() throws {
        try make()
        var found = stat()
        #expect(stat(path, &found) == 0 && found.st_mode & 0o777 == 0o600)
    }

    @Test("is not written by who opens it to read")
    func readOnly() throws {
        try make()
        let reader = try open(readOnly: true)
        let error = #expect(throws: InwiseError.self) { try reader.execute("INSERT INTO t VALUES (9, '')") }
        #expect(error?.code == .store && error?.message.contains("read_only") == true)
        let writer = try open()
        try writer.execute("INSERT INTO t VALUES (9, '')")
        #expect(try reader.integer("SELECT count(*) FROM t") == 6)
    }

    @Test("can be made by several at once")
    func together() async throws {
        let path = path
        let counts = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let database = try MirrorFile.open(path, readOnly: false, migrations: Self.migrations)
                    try database.execute("INSERT INTO t VALUES (\(number), '')")
                    return try database.integer("PRAGMA user_version")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 2, count: 8))
        #expect(try open().integer("SELECT count(*) FROM t") == 8)
    }

    // MARK: Migrations

    @Test("goes through the migrations that it hasn't had")
    func migration() throws {
        try make(1)
        let writer = try open()
        #expect(try writer.integer("SELECT count(*) FROM u") == 5 && writer.integer("PRAGMA user_version") == 2)
        // Who knows only the first can tell from the file's first bytes.
        #expect(TemporaryFolder.read(path)[63] == 2)
    }

    @Test("stays as it was when a migration fails, or is stopped")
    func failedMigration() throws {
        try make(1)
        expectRefused("no such table", ["", Self.migrations[1] + "; INSERT INTO none VALUES (1)"])
        let bytes = TemporaryFolder.read(path)
        let endless = "CREATE TABLE u (a); INSERT INTO u WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        var questions = 0
        let error = #expect(throws: InwiseError.self) {
            try MirrorFile.open(path, readOnly: false, migrations: [Self.migrations[0], endless]) {
                questions += 1
                return questions < 50 ? nil : InwiseError(.timeout, "enough")
            }
        }
        #expect(error == InwiseError(.timeout, "enough"))
        #expect(TemporaryFolder.read(path) == bytes && folder.names == ["m.db"])
        #expect(try open().integer("SELECT count(*) FROM u") == 5)
    }

    @Test("that can't be made stays empty, and can be made later")
    func failedCreation() throws {
        #expect(throws: InwiseError.self) { try open([Self.migrations[0], "nonsense"]) }
        #expect(folder.names == ["m.db"] && TemporaryFolder.read(path).isEmpty)
        expectRefused("not a mirror yet", readOnly: true)
        #expect(try open().integer("PRAGMA user_version") == 2)
    }

    // MARK: Refused

    @Test("has to be there to be read alone")
    func missing() {
        expectRefused("There is no mirror at", readOnly: true)
        #expect(folder.names.isEmpty)
    }

    @Test("has to be a file in a folder that is there")
    func notAFile() {
        for readOnly in [false, true] {
            let none = folder["none/m.db"]
            let error = #expect(throws: InwiseError.self) { try MirrorFile.open(none, readOnly: readOnly) }
            #expect(error?.code == .store && error?.message.contains(none) == true)
            mkdir(path, 0o700)
            expectRefused("is a folder", readOnly: readOnly)
            rmdir(path)
            mkfifo(path, 0o600)
            expectRefusedUnread("is not a file", readOnly)
            unlink(path)
        }
        let error = #expect(throws: InwiseError.self) { try MirrorFile.open("/proc/inwise.db", readOnly: false) }
        #expect(error?.code == .store && error?.message.contains("/proc/inwise.db") == true)
        #expect(throws: InwiseError.self) { try MirrorFile.open("/dev/null", readOnly: false) }
    }

    private func expectRefusedUnread(_ words: String, _ readOnly: Bool) {
        let error = #expect(throws: InwiseError.self) { try open(readOnly: readOnly) }
        #expect(error?.code == .store && error?.message.contains(words) == true)
    }

    @Test("that is something else stays as it is", arguments: [false, true])
    func foreign(readOnly: Bool) throws {
        for bytes in [Array("hello".utf8), Array(repeating: 7, count: 5000), Array("SQLite format 2\u{0}".utf8) + Array(repeating: 0, count: 200)] {
            TemporaryFolder.write(bytes, path)
            expectRefused("nor an SQLite file at all", readOnly: readOnly)
        }
        for mode in ["DELETE", "WAL"] {
            unlink(path)
            TemporaryFolder.write([], path)
            let foreign = try Database(file: path, readOnly: false)
            try foreign.execute("PRAGMA journal_mode = \(mode); CREATE TABLE x (a); PRAGMA user_version = 1")
            // With its log beside it, too.
            expectRefused("not a mirror", readOnly: readOnly)
        }
        expectRefused("not a mirror", readOnly: readOnly)
    }

    @Test("of a later release stays as it is", arguments: [false, true])
    func newer(readOnly: Bool) throws {
        try make(2)
        expectRefused("later release", readOnly: readOnly, Array(Self.migrations.prefix(1)))
    }

    @Test("of an earlier release can't be read alone")
    func older() throws {
        try make(1)
        expectRefused("earlier release", readOnly: true)
    }

    @Test("that is cut short is damaged", arguments: [false, true])
    func truncated(readOnly: Bool) throws {
        try make(rows: 500)
        let bytes = TemporaryFolder.read(path)
        for count in stride(from: 99, to: bytes.count, by: 1777) {
            TemporaryFolder.write(Array(bytes.prefix(count)), path)
            expectRefused("is damaged", readOnly: readOnly)
        }
        for count in [1, 50] {
            TemporaryFolder.write(Array(bytes.prefix(count)), path)
            expectRefused("Give another path", readOnly: readOnly)
        }
    }

    @Test("with a damaged first page is refused, or loses nothing by it", arguments: [false, true])
    func damaged(readOnly: Bool) throws {
        try make(rows: 50)
        let bytes = TemporaryFolder.read(path)
        var random = SplitMix(seed: readOnly ? 3 : 4)
        var refused = 0
        for _ in 0..<250 {
            var damaged = bytes
            for _ in 0..<random.below(3) + 1 {
                // Where SQLite has something: its header, the page's own and the cells at the end.
                let offset = random.below(2) == 0 ? random.below(120) : 4096 - 1 - random.below(200)
                damaged[offset] ^= UInt8(1 + random.below(255))
            }
            TemporaryFolder.write(damaged, path)
            do {
                let database = try open(readOnly: readOnly)
                #expect(try database.integer("SELECT count(*) FROM t") == 50)
                #expect(try database.integer("SELECT sum(a) FROM u") == 0)
                // The list of free pages is not looked at, which a write finds out.
                let problem = try database.text("PRAGMA integrity_check") ?? ""
                #expect(problem == "ok" || problem.contains("freelist"), "\(problem)")
            } catch let error as InwiseError {
                refused += 1
                #expect(error.code == .store && error.message.contains(path))
                #expect(TemporaryFolder.read(path) == damaged && folder.names == ["m.db"], "\(error.message)")
            }
            for name in folder.names { unlink(folder[name]) }
        }
        #expect(refused > 100)
    }

    @Test("that is empty beside a log is damaged")
    func emptyWithLog() throws {
        TemporaryFolder.write([], path)
        TemporaryFolder.write(Array(repeating: 1, count: 40), path + "-wal")
        expectRefused("is damaged")
    }
}

/// The same numbers for the same seed.
private struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
