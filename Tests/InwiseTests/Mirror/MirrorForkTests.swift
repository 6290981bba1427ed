// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite("A mirror's file in forked children", .serialized) struct MirrorForkTests {
    private static let migrations = ["CREATE TABLE t (who INTEGER, what INTEGER)"]

    let folder = TemporaryFolder()
    var path: String { folder["m.db"] }

    init() throws {
        // What children do has been done once before they are forked.
        let path = folder["rehearsal.db"]
        let inherited = try Self.open(path)
        _ = try Self.work(path, who: 0, times: 2)
        _ = try Self.usesOfInherited(inherited, inherited.prepare("SELECT ?1"))
        _ = Self.codeOfOpening(folder["none/at/all.db"])
        _ = holdsSharedLock(path)
    }

    private static func open(_ path: String) throws(InwiseError) -> Database {
        try MirrorFile.open(path, readOnly: false, migrations: migrations)
    }

    /// Writes and reads through a connection of its own; the number of rows that it doesn't find again.
    private static func work(_ path: String, who: Int64, times: Int64) throws -> Int32 {
        let database = try open(path)
        let insert = try database.prepare("INSERT INTO t VALUES (?1, ?2)")
        let count = try database.prepare("SELECT count(*) FROM t WHERE who = \(who)")
        for what in 0..<times {
            try database.transaction { () throws(InwiseError) in
                try insert.bind(1, who)
                try insert.bind(2, what)
                try insert.run()
            }
            guard try count.firstInteger() == what + 1 else { return 2 }
        }
        return holdsSharedLock(path) ? 0 : 3
    }

    /// How many uses of what the parent opened fail as they should, of 5.
    private static func usesOfInherited(_ database: Database, _ statement: Statement) -> Int32 {
        var closed: Int32 = 0
        func tries(_ use: () throws(InwiseError) -> Void) {
            do throws(InwiseError) { try use() } catch { closed += error.code == .closed ? 1 : 0 }
        }
        tries { () throws(InwiseError) in try database.execute("INSERT INTO t VALUES (9, 9)") }
        tries { () throws(InwiseError) in _ = try database.prepare("SELECT 1") }
        tries { () throws(InwiseError) in try database.transaction {} }
        tries { () throws(InwiseError) in _ = try statement.step() }
        tries { () throws(InwiseError) in try statement.bind(1, 5) }
        _ = statement.text(0)
        _ = statement.integer(0)
        statement.reset()
        return closed
    }

    private static func codeOfOpening(_ path: String) -> InwiseError.Code? {
        do throws(InwiseError) {
            _ = try open(path)
            return nil
        } catch { return error.code }
    }

    @Test("is whole after children and their parent have worked on it at once")
    func children() throws {
        var idle = try Self.open(path)
        let statement = try idle.prepare("SELECT count(*) FROM t WHERE who = ?1")
        #expect(try statement.firstInteger() == 0)
        let isDone = Signal()
        var written: Int64 = 0
        let busy = try Self.open(path), insert = try busy.prepare("INSERT INTO t VALUES (-1, ?1)")
        let thread = Thread {
            while !isDone.isGiven {
                let done: Void? = try? busy.transaction { () throws(InwiseError) in
                    try insert.bind(1, written)
                    try insert.run()
                }
                if done != nil { written += 1 }
            }
        }
        var children: [Child] = []
        for who in 1...40 as ClosedRange<Int64> {
            let inherited = idle
            children.append(Child {
                guard Self.usesOfInherited(inherited, statement) == 5 else { return 4 }
                return try Self.work(path, who: who, times: 15)
            })
            if who % 5 == 0 {
                idle = try Self.open(path)
                try idle.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
        #expect(children.map { $0.status() } == Array(repeating: 0, count: 40))
        isDone.give()
        thread.join()
        let database = try Self.open(path)
        #expect(try database.integer("SELECT count(*) FROM t WHERE who > 0") == 40 * 15)
        #expect(try database.integer("SELECT count(DISTINCT who * 1000 + what) FROM t WHERE who > 0") == 40 * 15)
        #expect(try database.integer("SELECT count(*) FROM t WHERE who = -1") == written)
        #expect(try database.text("PRAGMA integrity_check") == "ok")
    }

    @Test("is not lost to a child when its parent closes it")
    func parentCloses() throws {
        for who in 1...20 as ClosedRange<Int64> {
            var toChild: [Int32] = [0, 0], toParent: [Int32] = [0, 0]
            pipe(&toChild)
            pipe(&toParent)
            var parents: Database? = try Self.open(path)
            try parents?.execute("INSERT INTO t VALUES (0, \(who))")
            var byte: UInt8 = 1
            let child = Child {
                let database = try Self.open(path)
                try database.execute("INSERT INTO t VALUES (\(who), 1)")
                write(toParent[1], &byte, 1)
                read(toChild[0], &byte, 1)
                try database.execute("INSERT INTO t VALUES (\(who), 2)")
                return holdsSharedLock(path) ? 0 : 3
            }
            read(toParent[0], &byte, 1)
            // Had the child no lock, this would throw away the log that it writes into.
            parents = nil
            #expect(folder.names.contains("m.db-wal"))
            write(toChild[1], &byte, 1)
            #expect(child.status() == 0)
            for end in toChild + toParent { close(end) }
        }
        let database = try Self.open(path)
        #expect(try database.integer("SELECT count(*) FROM t") == 60)
        #expect(try database.text("PRAGMA integrity_check") == "ok")
    }

    @Test("keeps what a crash left in its log when a child closes what it inherited before")
    func inheritedLong() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        var parents: Database? = try Self.open(path)
        try parents?.execute("INSERT INTO t VALUES (0, 0)")
        let late = Child {
            var byte: UInt8 = 0
            read(ends[0], &byte, 1)
            return try Self.open(path).integer("SELECT count(*) FROM t") == 2 ? 0 : 1
        }
        parents = nil
        let crashing = Child {
            let database = try Self.open(path)
            try database.execute("INSERT INTO t VALUES (1, 1)")
            kill(getpid(), SIGKILL)
            return 0
        }
        #expect(crashing.status() == -SIGKILL)
        write(ends[1], "x", 1)
        #expect(late.status() == 0)
        for end in ends { close(end) }
    }

    @Test("forks between uses: one on another thread is waited for")
    func waits() throws {
        let database = try Self.open(path)
        let uses: [() -> Void] = [
            { _ = try? database.transaction { () throws(InwiseError) in usleep(200_000) } },
            { try? database.prepare("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT max(i) FROM n").run() },
            {
                guard let rows = try? database.prepare("SELECT * FROM t UNION ALL SELECT 1, 2 UNION ALL SELECT 3, 4") else { return }
                while (try? rows.step()) == true { usleep(50_000) }
            },
        ]
        for (who, use) in uses.enumerated() {
            let thread = Thread(use)
            usleep(20_000)
            let child = Child { try Self.work(path, who: Int64(who), times: 1) }
            #expect(child.status() == 0)
            thread.join()
        }
    }

    @Test("is refused to a child that was forked inside a use, which another file is not")
    func inside() throws {
        let path = path, other = folder["other.db"]
        let database = try Self.open(path)
        let child = try database.transaction { () throws(InwiseError) in
            try database.execute("INSERT INTO t VALUES (5, 5)")
            return Child {
                guard (try? database.execute("INSERT INTO t VALUES (6, 6)")) == nil else { return 1 }
                guard Self.codeOfOpening(path) == .store else { return 2 }
                let grandchild = Child { Self.codeOfOpening(path) == .store ? 0 : 1 }
                guard grandchild.status() == 0 else { return 3 }
                return try Self.work(other, who: 1, times: 3)
            }
        }
        #expect(child.status() == 0)
        #expect(try database.integer("SELECT count(*) FROM t WHERE who = 5") == 1)
        #expect(try database.text("PRAGMA integrity_check") == "ok")
    }

    @Test("ends in a child that was forked inside a transaction, and goes on in its parent")
    func insideTransaction() throws {
        let path = path
        let database = try Self.open(path)
        var process: pid_t = 0
        try database.transaction { () throws(InwiseError) in
            try database.execute("INSERT INTO t VALUES (5, 5)")
            let child = Child {
                do throws(InwiseError) {
                    try database.transaction { () throws(InwiseError) in try database.execute("INSERT INTO t VALUES (7, 7)") }
                    return 1
                } catch { return error.code == .closed ? 0 : 2 }
            }
            process = child.process
            guard child.status() == 0 else { throw InwiseError(.internal, "the child's status") }
        }
        #expect(process > 0)
        #expect(try database.integer("SELECT count(*) FROM t") == 1)
    }

    @Test("can be made by many processes at once")
    func making() throws {
        for number in 0..<10 {
            let path = folder["new\(number).db"]
            let children = (1...8).map { who in Child { try Self.work(path, who: who, times: 2) } }
            #expect(children.map { $0.status() } == Array(repeating: 0, count: 8))
            #expect(try Self.open(path).integer("SELECT count(*) FROM t") == 16)
        }
    }

    @Test("is opened by children of children")
    func grandchildren() throws {
        let database = try Self.open(path)
        try database.execute("INSERT INTO t VALUES (0, 0)")
        let child = Child {
            // It has closed nothing yet of what its child inherits.
            let first = Child { try Self.work(path, who: 1, times: 3) }
            let status = first.status()
            guard status == 0 else { return status }
            let own = try Self.open(path)
            try own.execute("INSERT INTO t VALUES (2, 0)")
            let second = Child { try Self.work(path, who: 3, times: 3) }
            return second.status()
        }
        #expect(child.status() == 0)
        #expect(try database.integer("SELECT count(*) FROM t") == 8)
    }
}
