// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite("A mirror's file on a disk that refuses", .serialized) struct MirrorDiskTests {
    private static let migrations = ["CREATE TABLE t (a INTEGER, b TEXT)"]

    let folder = TemporaryFolder()
    var path: String { folder["m.db"] }

    private func open(readOnly: Bool = false) throws(InwiseError) -> Database {
        try MirrorFile.open(path, readOnly: readOnly, migrations: Self.migrations)
    }

    /// Does something as a user who owns nothing here; files alone see the change, and of this thread alone.
    private func asStranger<Value>(_ body: () throws -> Value) rethrows -> Value {
        guard geteuid() == 0 else { return try body() }
        let setUser = unsafeBitCast(dlsym(nil, "setfsuid"), to: (@convention(c) (uid_t) -> Int32).self)
        _ = setUser(65_534)
        defer { _ = setUser(0) }
        return try body()
    }

    private func expectRefused(_ words: String, readOnly: Bool = false, at location: SourceLocation = #_sourceLocation) {
        let bytes = TemporaryFolder.read(path), names = folder.names
        let error = #expect(throws: InwiseError.self, sourceLocation: location) { try asStranger { try open(readOnly: readOnly) } }
        #expect(error?.code == .store && error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: location)
        #expect(error?.message.contains(path) == true, sourceLocation: location)
        #expect(TemporaryFolder.read(path) == bytes && folder.names == names, "\(folder.names)", sourceLocation: location)
    }

    @Test("can't be made in a folder that may not be written")
    func folderOfAnother() {
        chmod(folder.path, 0o555)
        expectRefused("can't be written")
        #expect(folder.names.isEmpty)
    }

    @Test("can't be opened for writing where it may not be written, and can be read")
    func fileOfAnother() throws {
        try open().execute("INSERT INTO t VALUES (1, '')")
        chmod(path, 0o444)
        for mode: mode_t in [0o555, 0o777] {
            chmod(folder.path, mode)
            expectRefused("can't be written")
            #expect(try asStranger { try open(readOnly: true).integer("SELECT count(*) FROM t") } == 1)
        }
        chmod(path, 0o666)
        chmod(folder.path, 0o555)
        for name in folder.names where name != "m.db" { unlink(folder[name]) }
        expectRefused("folder")
        chmod(path, 0o000)
        for readOnly in [false, true] { expectRefused("Permission denied", readOnly: readOnly) }
        chmod(folder.path, 0o000)
        for readOnly in [false, true] {
            let error = #expect(throws: InwiseError.self) { try asStranger { try open(readOnly: readOnly) } }
            #expect(error?.code == .store && error?.message.contains(path) == true)
        }
    }

    @Test("is read from a folder that may not be written while another writes it, and not what is half written")
    func readingFolderOfAnother() throws {
        let writer = try open()
        try writer.execute("INSERT INTO t VALUES (1, '')")
        chmod(path, 0o444)
        for name in ["-wal", "-shm"] { chmod(path + name, 0o444) }
        chmod(folder.path, 0o555)
        try asStranger {
            let reader = try open(readOnly: true)
            #expect(try reader.integer("SELECT count(*) FROM t") == 1)
            try writer.execute("INSERT INTO t VALUES (2, '')")
            #expect(try reader.integer("SELECT count(*) FROM t") == 2)
        }
    }

    @Test("that is read as it stands tells when another writes it after all")
    func unchanging() throws {
        try open().execute("INSERT INTO t VALUES (1, '')")
        chmod(path, 0o444)
        chmod(folder.path, 0o555)
        let reader = try asStranger { try open(readOnly: true) }
        #expect(try reader.integer("SELECT count(*) FROM t") == 1)
        chmod(path, 0o600)
        chmod(folder.path, 0o700)
        let error = #expect(throws: InwiseError.self) {
            try reader.readTransaction { () throws(InwiseError) in
                try open().execute("INSERT INTO t VALUES (2, '')")
            }
        }
        #expect(error?.code == .store && error?.message.contains("written by another process") == true, "\(error?.message ?? "")")
        #expect(throws: InwiseError.self) { try reader.integer("SELECT count(*) FROM t") }
        #expect(try open(readOnly: true).integer("SELECT count(*) FROM t") == 2)
    }

    @Test("keeps what it has when a file may not grow, and goes on when it may")
    func full() throws {
        try open().execute("INSERT INTO t VALUES (1, '')")
        let path = path
        // A limit is the whole process's, hence a child.
        func work() throws -> Int32 {
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            let before = limit.rlim_cur
            limit.rlim_cur = 300_000
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            let database = try MirrorFile.open(path, readOnly: false, migrations: Self.migrations)
            do throws(InwiseError) {
                try database.transaction { () throws(InwiseError) in
                    for _ in 0..<3 { try database.execute("INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i, 'a text that takes room' FROM n") }
                }
                return 1
            } catch {
                guard error.code == .store, error.message.contains("no room"), error.message.contains(path) else { return 2 }
            }
            guard try database.integer("SELECT count(*) FROM t") == 1 else { return 3 }
            limit.rlim_cur = before
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            try database.execute("INSERT INTO t VALUES (2, '')")
            return try database.text("PRAGMA integrity_check") == "ok" ? 0 : 4
        }
        #expect(Child(work).status() == 0)
        #expect(try open().integer("SELECT count(*) FROM t") == 2)
    }

    @Test("that is damaged behind its first page says so when it is read")
    func damagedLater() throws {
        do {
            let database = try open()
            try database.execute("INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i, 'a text that takes room' FROM n")
        }
        var bytes = TemporaryFolder.read(path)
        for offset in 4096..<bytes.count - 8192 { bytes[offset] = 0x5a }
        TemporaryFolder.write(bytes, path)
        let database = try open()
        let error = #expect(throws: InwiseError.self) { try database.integer("SELECT sum(a) FROM t") }
        #expect(error?.code == .store && error?.message.contains("is damaged") == true && error?.message.contains(path) == true)
    }

    @Test("is made and migrated whole or not at all, also where its process is killed")
    func killed() throws {
        let path = path
        let steps = (0..<40).map { "CREATE TABLE u\($0) (a); INSERT INTO u\($0) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) SELECT i FROM n" }
        let versions = [Self.migrations[0], steps.joined(separator: ";"), steps.joined(separator: ";").replacing("u", with: "v")]
        for number in 0..<30 {
            if number % 3 == 0 { for name in folder.names { unlink(folder[name]) } }
            let known = Array(versions.prefix(number % 3 + 1))
            let child = Child {
                while true { _ = try MirrorFile.open(path, readOnly: false, migrations: known) }
            }
            usleep(useconds_t(500 + number * 700))
            kill(child.process, SIGKILL)
            #expect(child.status() == -SIGKILL)
            let database = try MirrorFile.open(path, readOnly: false, migrations: known)
            #expect(try database.integer("PRAGMA user_version") == Int64(known.count))
            #expect(try database.text("PRAGMA integrity_check") == "ok")
        }
    }
}
