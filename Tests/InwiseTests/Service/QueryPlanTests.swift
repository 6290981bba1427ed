// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// How SQLite finds what is asked for: through an index, in the order that is wanted.
@Suite("A sealed store finds rows") struct QueryPlanTests {
    private static let now = WallTime(seconds: 1_726_833_600)
    private let store: Store

    init() throws {
        store = try Store()
        try store.finishFill()
        _ = try store.take(.activities, #"[{"id":1,"action_type":"x"}]"#)
    }

    private func plan(_ sql: String) throws -> String {
        let explain = try store.database.prepare("EXPLAIN QUERY PLAN " + sql)
        defer { explain.reset() }
        var lines: [String] = []
        while try explain.step() { lines.append(explain.string(3) ?? "") }
        return lines.joined(separator: "; ")
    }

    @Test("by an index, without sorting", arguments: RowKind.allCases, ["date DESC, key", "date, key DESC"])
    func filters(kind: RowKind, order: String) throws {
        let table = RowLayout.of(kind).table
        let ever = "2000-01-01"
        for (query, index) in [
            (Query(), "date"), (Query(dateFrom: ever), "date"), (Query(dateTo: ever), "date"), (Query(campaignID: 1), "campaign"), (Query(campaignID: 1, dateFrom: ever), "campaign"),
            (Query(contactID: 1, dateFrom: ever, dateTo: ever), "contact"), (Query(externalID: "a"), "external_id"), (Query(externalID: "a", dateTo: ever), "external_id"),
        ] {
            for isBehindPlace in [false, true] {
                var typed = query
                typed.actionType = kind == .activities ? "x" : nil
                for query in [query, typed] {
                    var filter = try #require(try RowFilter(kind, query, now: Self.now, store))
                    if isBehindPlace { filter.add(order.hasPrefix("date DESC") ? "date <= 5 AND (date < 5 OR key > 6)" : "date >= 5 AND (date > 5 OR key < 6)") }
                    let plan = try plan("SELECT * FROM \(table) \(filter.condition) ORDER BY \(order) LIMIT 10")
                    #expect(plan.contains("USING INDEX \(table)_by_\(index)") && !plan.contains("TEMP B-TREE"), "\(query): \(plan)")
                }
            }
        }
    }

    @Test("that are recent by their arrival", arguments: RowKind.allCases)
    func feed(kind: RowKind) throws {
        let table = RowLayout.of(kind).table
        for (sql, what) in [
            ("SELECT * FROM \(table) WHERE key < 5 AND arrival IS NULL ORDER BY key DESC LIMIT 10", "USING INTEGER PRIMARY KEY"),
            ("SELECT * FROM \(table) WHERE arrival > 5 ORDER BY arrival LIMIT 10", "USING INDEX \(table)_by_arrival"),
            ("SELECT max(arrival) FROM \(table) WHERE arrival IS NOT NULL", "USING COVERING INDEX \(table)_by_arrival"),
        ] {
            let plan = try plan(sql)
            #expect(plan.contains(what) && !plan.contains("TEMP B-TREE"), "\(plan)")
        }
    }

    @Test("of a window by counting an index alone", arguments: RowKind.allCases)
    func windows(kind: RowKind) throws {
        let table = RowLayout.of(kind).table
        for (condition, index) in [("", "date"), (" AND campaign = 3", "campaign")] {
            let plan = try plan("SELECT count(*) FROM \(table) WHERE date >= 1 AND date <= 2\(condition)")
            #expect(plan.contains("USING COVERING INDEX \(table)_by_\(index)"), "\(plan)")
        }
        #expect(try plan("SELECT type, rows, contacts FROM streams WHERE campaign = 1").contains("USING INDEX streams_by_campaign"))
    }
}
