// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite("A mirror's file, shared", .serialized) struct MirrorSharingTests {
    private static let migrations = ["CREATE TABLE t (a INTEGER, b TEXT)"]

    let folder = TemporaryFolder()
    var path: String { folder["m.db"] }

    private static func open(_ path: String, readOnly: Bool = false, stop: (() -> InwiseError?)? = nil) throws(InwiseError) -> Database {
        try MirrorFile.open(path, readOnly: readOnly, migrations: migrations, stop: stop)
    }

    /// A stop after some time.
    private static func stop(after seconds: Double) -> () -> InwiseError? {
        let end = Instant.now.adding(seconds: seconds)
        return { Instant.now < end ? nil : InwiseError(.timeout, "enough") }
    }

    @Test("shows a reader one state throughout, and the next one afterwards")
    func snapshot() throws {
        let writer = try Self.open(path), reader = try Self.open(path, readOnly: true)
        let count = try reader.prepare("SELECT count(*) FROM t")
        try reader.readTransaction { () throws(InwiseError) in
            #expect(try count.firstInteger() == 0)
            try writer.execute("INSERT INTO t VALUES (1, '')")
            #expect(try count.firstInteger() == 0)
            let error = #expect(throws: InwiseError.self) { try reader.readTransaction {} }
            #expect(error?.code == .internal)
            #expect(try count.firstInteger() == 0)
        }
        #expect(try count.firstInteger() == 1)
        #expect(throws: InwiseError.self) {
            try reader.readTransaction { () throws(InwiseError) in throw .cancelledCall }
        }
        #expect(try reader.readTransaction { () throws(InwiseError) in try count.firstInteger() } == 1)
    }

    @Test("commits durably where that is asked for, and only then")
    func durable() throws {
        let database = try Self.open(path)
        for durable in [true, false] {
            try database.transaction(durable: durable) { () throws(InwiseError) in
                #expect(try database.integer("PRAGMA synchronous") == (durable ? 2 : 1))
                try database.execute("INSERT INTO t VALUES (1, '')")
            }
        }
        #expect(throws: InwiseError.self) {
            try database.transaction(durable: true) { () throws(InwiseError) in throw .cancelledCall }
        }
        #expect(try database.integer("PRAGMA synchronous") == 1)
    }

    @Test("waits for another's write until it is told to stop, and goes on after it")
    func busy() throws {
        let first = try Self.open(path), second = try Self.open(path)
        let begun = Instant.now
        try first.transaction { () throws(InwiseError) in
            second.stop = Self.stop(after: 0.2)
            for _ in 0..<2 {
                #expect(throws: InwiseError(.timeout, "enough")) { try second.transaction {} }
                #expect(throws: InwiseError(.timeout, "enough")) { try second.execute("INSERT INTO t VALUES (1, '')") }
            }
            // Reading goes on, and opening too.
            second.stop = nil
            #expect(try second.integer("SELECT count(*) FROM t") == 0)
            #expect(try Self.open(path).integer("SELECT count(*) FROM t") == 0)
        }
        #expect(Instant.now.seconds(since: begun) >= 0.2)
        try second.transaction { () throws(InwiseError) in try second.execute("INSERT INTO t VALUES (1, '')") }
        let thread = Thread { _ = try? first.transaction { () throws(InwiseError) in usleep(200_000) } }
        usleep(50_000)
        second.stop = Self.stop(after: 60)
        try second.transaction { () throws(InwiseError) in try second.execute("INSERT INTO t VALUES (2, '')") }
        thread.join()
    }

    @Test("forks while another process's write is waited for")
    func forkWhileBusy() throws {
        let path = path
        _ = try Self.open(path).integer("SELECT count(*) FROM t")
        let first = try Self.open(path), second = try Self.open(path)
        second.stop = Self.stop(after: 60)
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let child = Child {
            let database = try Self.open(path)
            try database.transaction { () throws(InwiseError) in
                write(ends[1], "x", 1)
                usleep(400_000)
            }
            return 0
        }
        var byte: UInt8 = 0
        read(ends[0], &byte, 1)
        let thread = Thread { try? second.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (2, ''); COMMIT") }
        let waiting = Thread { _ = try? first.transaction { () throws(InwiseError) in try first.execute("INSERT INTO t VALUES (1, '')") } }
        usleep(20_000)
        #expect(Child { try Self.open(path).integer("SELECT count(*) FROM t") >= 0 ? 0 : 1 }.status() == 0)
        #expect(child.status() == 0)
        thread.join()
        waiting.join()
        #expect(try first.integer("SELECT count(*) FROM t") == 2)
        for end in ends { close(end) }
    }

    @Test("keeps one client's locks when another opens and closes it, or is refused it", arguments: [false, true])
    func locks(withLog: Bool) throws {
        let first = try Self.open(path)
        if withLog { try first.execute("INSERT INTO t VALUES (1, '')") }
        #expect(try first.integer("SELECT count(*) FROM t") == (withLog ? 1 : 0))
        #expect(holdsSharedLock(path))
        for readOnly in [false, true] {
            _ = try Self.open(path, readOnly: readOnly).integer("SELECT count(*) FROM t")
            #expect(holdsSharedLock(path))
            #expect(throws: InwiseError.self) { try MirrorFile.open(path, readOnly: readOnly, migrations: []) }
            #expect(holdsSharedLock(path))
        }
    }
}
