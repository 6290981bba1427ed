// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A walk over a store") struct ServiceWalkTests {
    private static let now = WallTime(seconds: 1_726_833_600)

    /// Rows of few dates, many of them of one second, some without one.
    private static func store(_ kind: RowKind, seed: UInt64, sealed: Bool = true) throws -> Store {
        let store = try Store()
        if sealed { try store.finishFill() }
        var random = FixedSeed(seed)
        _ = try store.take(kind, "[" + (1...400).map { row(kind, $0, &random) }.joined(separator: ",") + "]")
        return store
    }

    private static func row(_ kind: RowKind, _ id: Int, _ random: inout FixedSeed) -> String {
        let date = random.once(in: 15) ? "null" : "\"\(now.adding(-Int64.random(in: 0...40, using: &random) * 30_000).text)\""
        let identity = random.once(in: 20) ? "" : "\"\(kind.identityField)\":\(random.once(in: 30) ? -id : id),"
        return """
            {\(identity)"\(kind == .activities ? "action_date" : kind == .sentEmails ? "date_sent" : "create_date")":\(date),"campaign_id":\(random.pick([1, 2])),\
            "contact_id":\(random.pick([1, 2, 3])),"external_id":"\(random.pick(["a", "b", ""]))","action_type":"\(random.pick(["x", "y"]))","n":\(id)}
            """
    }

    static let queries: [Query] = [
        Query(), Query(dateFrom: "2000-01-01"), Query(campaignID: 1, dateFrom: "2000-01-01"), Query(contactID: 2, dateFrom: "2000-01-01"), Query(externalID: "a", dateFrom: "2000-01-01"),
        Query(campaignID: 2, contactID: 3, externalID: "b", dateFrom: "2000-01-01"), Query(campaignID: 1, dateFrom: "2024-09-10", dateTo: "2024-09-15"), Query(dateTo: "2024-09-12"),
        Query(dateFrom: "2024-09-20 12:00:00", dateTo: "2024-09-20 12:00:00"), Query(campaignID: 9), Query(dateFrom: "2030-01-01"), Query(campaignID: 1), Query(campaignID: 1, dateTo: "2024-09-19"),
    ]

    private static func shown(_ query: Query) -> String {
        "campaign \(query.campaignID ?? 0), contact \(query.contactID ?? 0), \(query.externalID ?? "-"), \(query.dateFrom ?? "-") to \(query.dateTo ?? "-"), \(query.actionType ?? "-")"
    }

    private static func suits(_ query: Query, _ kind: RowKind) -> [Query] {
        guard kind == .activities else { return [query] }
        var typed = query, unknown = query
        (typed.actionType, unknown.actionType) = ("x", "nothing")
        return [query, typed, unknown]
    }

    private static func walk(_ service: Service, _ kind: RowKind, _ query: Query, size: Int, between: (Int) throws -> Void = { _ in }) throws -> [String] {
        var (place, rows, steps) = (Service.Place?.none, [String](), 0)
        while let answer = try service.rows(kind, query, after: place, size: size, now: now) {
            let page = try ReferenceRows.texts(answer.text.text)
            #expect(page.count == answer.rows && page.count <= size && !page.isEmpty)
            rows += page
            place = answer.place
            try between(steps)
            steps += 1
        }
        return rows
    }

    @Test("gives what pages give, for every filter, in either order, whatever its steps", arguments: RowKind.allCases, [true, false])
    func walks(kind: RowKind, newestFirst: Bool) throws {
        for isSealed in [true, false] {
            let store = try Self.store(kind, seed: 3, sealed: isSealed)
            var rules = ServiceRules()
            rules.newestFirst = newestFirst
            let service = Service(store, rules)
            for query in Self.queries.flatMap({ Self.suits($0, kind) }) {
                var (pages, paged) = ([String](), query)
                paged.pageSize = 37
                for index in 0... {
                    paged.pageIndex = index
                    let page = try ReferenceRows.texts(service.answer(Inwise.Method.of(kind), paged, now: Self.now).text)
                    pages += page
                    if page.isEmpty { break }
                }
                for size in [1, 2, 7, 100, 399, 400, 1000] where size > 2 || query.campaignID != nil {
                    #expect(try Self.walk(service, kind, query, size: size) == pages, "\(Self.shown(query)) in steps of \(size)")
                }
            }
        }
    }

    @Test("gives rows without a date where none is asked for, and only there")
    func undated() throws {
        let store = try Self.store(.undelivered, seed: 4)
        let service = Service(store, ServiceRules())
        let undated = try store.integers("SELECT count(*) FROM undelivered WHERE date = -9223372036854775807 - 1", columns: 1)[0][0]
        #expect(undated > 5)
        let all = try Self.walk(service, .undelivered, Query(), size: 30)
        #expect(all.count == 400 && all.suffix(Int(undated)).allSatisfy { $0.contains("\"create_date\":null") }, "they come last")
        for query in [Query(dateFrom: "0000-01-01"), Query(dateTo: "9999-12-31")] {
            #expect(try Self.walk(service, .undelivered, query, size: 30).count == 400 - Int(undated))
        }
    }

    @Test("gives each row that was there once, however many come meanwhile before and behind it", arguments: RowKind.allCases, [true, false])
    func arrivals(kind: RowKind, newestFirst: Bool) throws {
        let store = try Self.store(kind, seed: 5)
        var rules = ServiceRules()
        rules.newestFirst = newestFirst
        let service = Service(store, rules), query = Query(dateFrom: "2000-01-01")
        let before = try Self.walk(service, kind, query, size: 1000)
        var random = FixedSeed(6), last = 1000
        let found = try Self.walk(service, kind, query, size: 9) { step in
            guard step < 60 else { return }
            let rows = (0..<10).map { _ in
                last += 1
                return Self.row(kind, last, &random)
            }
            _ = try store.take(kind, "[" + rows.joined(separator: ",") + "]")
        }
        let counts = Dictionary(grouping: found) { $0 }.mapValues(\.count)
        #expect(counts.values.allSatisfy { $0 == 1 })
        #expect(found.filter(Set(before).contains) == before)
        #expect(found.count > before.count && found.count < before.count + 600)
    }
}
