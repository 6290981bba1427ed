// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A mirror's recent rows") struct RecentFeedTests {
    private let store: Store
    private let service: Service

    init() throws {
        store = try Store()
        var rules = ServiceRules()
        rules.keepsConsumers = true
        service = Service(store, rules)
    }

    private func take(_ ids: [Int64], _ kind: RowKind = .activities) throws {
        _ = try store.take(kind, "[" + ids.map { "{\"\(kind.identityField)\":\($0),\"campaign_id\":1}" }.joined(separator: ",") + "]")
    }

    private func seal() throws { for kind in RowKind.allCases { try store.write { () throws(InwiseError) in try store.seal(kind) } } }

    private func ask(_ consumer: String?, _ method: Inwise.Method = .recentActivities) throws -> [Int64] {
        try Row.rows(of: service.answer(method, Query(consumer: consumer), now: WallTime(seconds: 0)).text).map(\.id)
    }

    private func acknowledge(_ consumer: String, _ through: Acknowledgement, _ method: Inwise.Method = .recentActivities) throws {
        try service.acknowledge(method, consumer: consumer, through)
    }

    @Test("come once the first fill is done, first those of the fill by their ids, then the others as they arrive", arguments: RowKind.allCases)
    func order(kind: RowKind) throws {
        let method = Inwise.Method.recent(kind)
        for ids in [[9, 7, 8], [1, 5], [.max, -4, .min + 1]] as [[Int64]] { try take(ids, kind) }
        #expect(try ask("a", method).isEmpty)
        try seal()
        try take([6, 2], kind)
        try take([100, 3, 6], kind)
        #expect(try Set(ask("a", method).suffix(4)) == [6, 2, 100, 3])
        let all = try ask("a", method)
        let fill = all.filter { $0 != Int64.min + 1 && ![6, 2, 100, 3].contains($0) }
        #expect(fill == [-4, 1, 5, 7, 8, 9, .max] && Array(all.suffix(4)) == [6, 2, 100, 3])
        #expect(try ask("a", method) == all, "and again until they are acknowledged")
    }

    @Test("are acknowledged up to a row, by each consumer for itself")
    func consumers() throws {
        try take([1, 2, 3])
        try seal()
        try take([10, 5, 11])
        for (consumer, through, rest) in [
            ("a", .row(2), [3, 10, 5, 11]), ("b", .row(3), [10, 5, 11]), ("a", .row(10), [5, 11]), ("a", .row(11), []), ("a", .row(5), [11]), ("a", .row(1), [2, 3, 10, 5, 11]),
            ("a", .beginning, [1, 2, 3, 10, 5, 11]), ("c", .given, [1, 2, 3, 10, 5, 11]),
        ] as [(String, Acknowledgement, [Int64])] {
            try acknowledge(consumer, through)
            #expect(try ask(consumer) == rest, "\(consumer) through \(through)")
        }
        #expect(try ask("b") == [10, 5, 11])
        try take([12])
        #expect(try ask("b") == [10, 5, 11, 12])
        try acknowledge("b", .given)
        #expect(try ask("b").isEmpty)
        try take([4])
        #expect(try ask("b") == [4])
        #expect(try ask("b", .recentSentEmails).isEmpty)
    }

    @Test("that the mirror does not have can't be acknowledged, and nothing changes", arguments: [77, .min, .max, 0] as [Int64])
    func unknown(id: Int64) throws {
        try take([1, 2])
        try seal()
        try acknowledge("a", .row(1))
        let error = #expect(throws: InwiseError.self) { try acknowledge("a", .row(id)) }
        #expect(error?.code == .argument && error?.parameter == "through")
        #expect(try ask("a") == [2])
    }

    @Test("are a page at the most, of the fill and of what came later together", arguments: [
        (0, 0), (0, 1), (999, 0), (999, 1), (999, 2), (1000, 0), (1000, 1), (1001, 5), (1, 1001), (0, 2000), (2500, 1700),
    ])
    func pages(fill: Int, later: Int) throws {
        if fill > 0 { try take((1...Int64(fill)).reversed()) }
        try seal()
        if later > 0 { try take((1...Int64(later)).map { 10_000 - $0 }) }
        let expected = (0..<fill).map { Int64($0 + 1) } + (0..<later).map { Int64(9999 - $0) }
        var all: [Int64] = []
        while true {
            let page = try ask("a")
            #expect(page.count == min(1000, expected.count - all.count))
            guard !page.isEmpty else { break }
            all += page
            try acknowledge("a", page.count.isMultiple(of: 2) ? .given : .row(all[all.count - 1]))
        }
        #expect(all == expected)
        // Who has no name consumes the same.
        var consumed: [Int64] = []
        while case let page = try ask(nil), !page.isEmpty { consumed += page }
        #expect(consumed == expected)
        #expect(try ask(nil).isEmpty)
    }

    @Test("that have no id are among them once")
    func anonymous() throws {
        let like = #"{"contact_id":1},{"contact_id":1},{"contact_id":2}"#
        _ = try store.take(.activities, "[\(like),{\"id\":5}]")
        try seal()
        _ = try store.take(.activities, "[\(like),{\"contact_id\":3},{\"id\":4}]")
        let answer = try service.answer(.recentActivities, Query(consumer: "a"), now: WallTime(seconds: 0)).text
        #expect(try Row.rows(of: answer).map(\.contact).sorted() == [-1, -1, 1, 1, 2, 3])
        try acknowledge("a", .given)
        #expect(try ask("a").isEmpty)
        _ = try store.take(.activities, "[\(like)]")
        #expect(try ask("a").isEmpty)
    }

    @Test("that change stay where they are: they have been handed out")
    func changed() throws {
        try take([1])
        try seal()
        try take([2])
        try acknowledge("a", .row(2))
        _ = try store.take(.activities, #"[{"id":1,"ip":"x"},{"id":2,"ip":"x"}]"#)
        #expect(try ask("a").isEmpty)
        #expect(try ask("b") == [1, 2])
    }

    @Test("of a made-up account begin with those of a date", arguments: [(0, [5, 6, 7, 8]), (1006, [6, 7, 8]), (1008, [8]), (1009, []), (5000, [])] as [(Int64, [Int64])])
    func start(date: Int64, expected: [Int64]) throws {
        _ = try store.take(.activities, "[" + ([8, 7, 6, 5] as [Int64]).map { "{\"id\":\($0),\"action_date\":\"\(WallTime(seconds: 1000 + $0).text)\"}" }.joined(separator: ",") + "]")
        try seal()
        try RecentFeed(store).start(.activities, at: WallTime(seconds: date))
        #expect(try ask(nil) == expected)
        try take([9])
        #expect(try ask(nil) == [9])
    }

    @Test("are acknowledged in another process than they were read in")
    func processes() throws {
        let folder = TemporaryFolder()
        func store() throws -> Store { Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }
        let writer = try store()
        try writer.write { () throws(InwiseError) in try writer.seal(.activities) }
        _ = try writer.take(.activities, #"[{"id":1},{"id":2}]"#)
        var rules = ServiceRules()
        rules.keepsConsumers = true
        let reader = Service(try store(), rules), other = Service(try store(), rules)
        func ids(_ service: Service) throws -> [Int64] { try Row.rows(of: service.answer(.recentActivities, Query(consumer: "a"), now: WallTime(seconds: 0)).text).map(\.id) }
        #expect(try ids(reader) == [1, 2])
        try other.acknowledge(.recentActivities, consumer: "a", .row(1))
        #expect(try ids(reader) == [2])
        _ = try writer.take(.activities, #"[{"id":3}]"#)
        try reader.acknowledge(.recentActivities, consumer: "a", .given)
        #expect(try ids(other) == [3], "what was given is dealt with, and what has come since is not")
    }
}
