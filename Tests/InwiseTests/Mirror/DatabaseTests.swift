// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A database") struct DatabaseTests {
    @Test("gives back what was bound: numbers, text with any bytes, null")
    func values() throws {
        let database = try Database()
        try database.execute("CREATE TABLE t (a INTEGER, b TEXT, c TEXT, d TEXT)")
        let insert = try database.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4)")
        try insert.bind(1, Int64.min)
        try insert.bind(2, "שלום \"\\\u{0}x")
        try insert.bind(3, "")
        try insert.bindNull(4)
        try insert.run()
        let select = try database.prepare("SELECT * FROM t")
        #expect(try select.step())
        #expect(select.integer(0) == .min && select.isNull(3) && select.text(3) == nil)
        #expect(select.text(1).map { String(decoding: $0, as: UTF8.self) } == "שלום \"\\\u{0}x")
        #expect(select.text(2)?.count == 0)
        #expect(try !select.step())
        select.reset()
        #expect(try select.firstInteger() == .min)
    }

    @Test("says in SQLite's words what it refuses")
    func errors() throws {
        let database = try Database()
        for statement in ["nonsense", "SELECT * FROM nothing", "SELECT ?1 FROM"] {
            let error = #expect(throws: InwiseError.self) { try database.prepare(statement) }
            #expect(error?.code == .store && error?.message.isEmpty == false)
        }
        let select = try database.prepare("SELECT ?1")
        #expect(throws: InwiseError.self) { try select.bind(2, 5) }
        try database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        let insert = try database.prepare("INSERT INTO t VALUES (1)")
        try insert.run()
        #expect(throws: InwiseError.self) { try insert.run() }
    }

    @Test("does a transaction whole or not at all")
    func transactions() throws {
        let database = try Database()
        try database.execute("PRAGMA journal_mode = MEMORY; CREATE TABLE t (a INTEGER)")
        let insert = try database.prepare("INSERT INTO t VALUES (1)")
        let count = try database.prepare("SELECT count(*) FROM t")
        try database.transaction { () throws(InwiseError) in
            try insert.run()
            try insert.run()
        }
        #expect(throws: InwiseError.self) {
            try database.transaction { () throws(InwiseError) in
                try insert.run()
                throw InwiseError(.internal, "on purpose")
            }
        }
        #expect(try count.firstInteger() == 2)
    }

    @Test("ends a statement with the error that it is stopped with, and goes on afterwards")
    func stop() throws {
        let database = try Database()
        let endless = try database.prepare("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
        var questions = 0
        database.stop = {
            questions += 1
            return questions > 3 ? InwiseError(.timeout, "enough") : nil
        }
        let error = #expect(throws: InwiseError.self) { try endless.run() }
        #expect(error == InwiseError(.timeout, "enough") && questions == 4)
        database.stop = nil
        #expect(try database.prepare("SELECT 7").firstInteger() == 7)
    }
}
