// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sync") struct SyncTests {
    @Test("brings every row, and the next one next to nothing", arguments: [true, false])
    func whole(newestFirst: Bool) throws {
        let mirror = try SyncedMirror(newestFirst: newestFirst)
        let first = try mirror.sync()
        #expect(first.isComplete && first.newRows == 450 && first.fetchedRows == 450 && first.notes.isEmpty)
        try mirror.check("first")
        mirror.account.forgetAsked()
        let second = try mirror.sync()
        #expect(second.isComplete && second.newRows == 0 && mirror.account.asked.count <= 10)
        try mirror.check("second")
    }

    @Test("from a sandbox, and from a mirror of it, is the same mirror")
    func chain() throws {
        let folder = TemporaryFolder()
        let sandbox = try InwiseClient("sandbox:?seed=7&contacts=300&now=2024-09-20T12:00:00")
        let names = ["a.db", "b.db"]
        let mirrors = try names.map { try InwiseClient("file:" + folder[$0], options: [("now", .string("2024-09-20T12:00:00"))]) }
        #expect(try sandbox.sync(into: mirrors[0]).isComplete)
        #expect(try mirrors[0].sync(into: mirrors[1]).isComplete)
        for mirror in mirrors { mirror.close() }
        let stores = try names.map { Store(try MirrorFile.open(folder[$0], readOnly: true)) }
        for kind in RowKind.allCases {
            let rows = try stores[0].everything(kind)
            #expect(try !rows.isEmpty && rows.sorted() == stores[1].everything(kind).sorted())
        }
    }

    @Test("reads the feeds first, notes a lost answer before it is asked for, and finds what was in it", arguments: RowKind.allCases)
    func gap(kind: RowKind) throws {
        let mirror = try SyncedMirror()
        try mirror.sync()
        try mirror.arrive(kind, [(id: 5000, date: SyncedMirror.noon.adding(-3 * 86_400))])
        mirror.account.fate = { asked in asked.method == .recent(kind) ? .lost(InwiseError(.network, "on purpose")) : .answered }
        let report = try mirror.sync()
        let gaps = report.list("gaps")
        #expect(gaps.count == 3 && gaps.allSatisfy { $0["healed"] == .bool(true) && $0["method"]?.string == Inwise.Method.recent(kind).rawValue && $0["recovered"]?.integer == 1 })
        #expect(report.isComplete && report.count(kind, "lost") == 3 && report.count(kind, "late") == 1)
        try mirror.check("\(kind)")
        mirror.account.fate = { _ in .answered }
        #expect(try mirror.sync().list("gaps").isEmpty)
    }

    @Test("finds rows that arrive late at one age or another, without any feed", arguments: [600, 3000, 50_000, 500_000] as [Int64])
    func lateRows(delay: Int64) throws {
        let mirror = try SyncedMirror()
        var options = SyncOptions()
        options.recent = false
        try mirror.sync(options)
        // Rows every quarter of an hour for a day; each arrives so much later.
        var due: [(at: Int64, id: Int, date: WallTime)] = (0..<96).map { (Int64($0) * 900 + delay, 7000 + $0, SyncedMirror.noon.adding(Int64($0) * 900)) }
        let ages = [1800, 86_400, 604_800] as [Int64]
        var time: Int64 = 0
        while time < 96 * 900 + delay + 2 * 604_800 {
            time += time < 96 * 900 + delay ? 5000 : 40_000
            mirror.account.now = SyncedMirror.noon.adding(time)
            let arrived = due.filter { $0.at <= time }
            due.removeAll { $0.at <= time }
            if !arrived.isEmpty { try mirror.arrive(.activities, arrived.map { (id: $0.id, date: $0.date) }) }
            options.audit = .none
            #expect(try mirror.sync(options).isComplete)
        }
        #expect(ages.contains { $0 > delay })
        try mirror.check("\(delay) s late", kinds: RowKind.allCases)
    }

    @Test("is not led past now by a row of the future")
    func future() throws {
        let mirror = try SyncedMirror()
        try mirror.arrive(.activities, [(id: 9000, date: SyncedMirror.noon.adding(86_400 * 400))])
        try mirror.sync()
        mirror.account.now = SyncedMirror.noon.adding(3600)
        try mirror.arrive(.activities, [(id: 9001, date: SyncedMirror.noon.adding(60))])
        var options = SyncOptions()
        options.recent = false
        let report = try mirror.sync(options)
        #expect(report.isComplete && report.count(.activities, "new") == 1)
        try mirror.check("future")
    }

    @Test("of some campaigns brings theirs, and a later one of all the rest")
    func campaigns() throws {
        let mirror = try SyncedMirror()
        var options = SyncOptions()
        options.campaignIDs = [2]
        #expect(try mirror.sync(options).isComplete)
        let store = try mirror.store()
        let expected = try mirror.account.store.everything(.sentEmails).filter { $0.contains("\"campaign_id\":2") }
        #expect(try Set(store.everything(.sentEmails)) == Set(expected))
        #expect(try mirror.sync().isComplete)
        try mirror.check("all")
        try mirror.arrive(.activities, [(id: 5000, date: SyncedMirror.noon.adding(-3 * 86_400)), (id: 5001, date: SyncedMirror.noon.adding(-3 * 86_400))])
        mirror.account.fate = { asked in asked.method == .recentActivities ? .lost(InwiseError(.timeout, "on purpose")) : .answered }
        _ = try mirror.sync(options)
        mirror.account.fate = { _ in .answered }
        #expect(try mirror.sync().isComplete)
        try mirror.check("a gap that was noticed while one campaign was named")
    }

    @Test("from an earlier date later reads what lies between, and nothing twice")
    func movedBack() throws {
        let mirror = try SyncedMirror()
        var options = SyncOptions()
        (options.dateFrom, options.audit) = ("2024-09-18", .none)
        let first = try mirror.sync(options).newRows
        #expect(first > 0 && first < 450)
        options.dateFrom = "2024-01-01"
        let second = try mirror.sync(options)
        #expect(second.isComplete && second.newRows == 450 - first && second.fetchedRows <= second.newRows + 3 * 60)
        try mirror.check("moved back")
    }

    @Test("says what it tells nobody to read: methods, feeds and audits that were left out")
    func leftOut() throws {
        let mirror = try SyncedMirror()
        var options = SyncOptions()
        (options.methods, options.recent, options.audit) = ([.sentEmails], false, .none)
        #expect(try mirror.sync(options).isComplete)
        #expect(Set(mirror.account.asked.map(\.method)) == [.sentEmails])
        try mirror.check("sent", kinds: [.sentEmails])
        mirror.account.forgetAsked()
        options.audit = .all
        let report = try mirror.sync(options)
        #expect(Set(mirror.account.asked.map(\.method)) == [.sentEmails, .activitiesSummary])
        #expect(report.isComplete && report.json["audit"]?["equal"]?.integer == 2)
    }

    @Test("finds by the audit what neither feed nor dates brought, and says on which day")
    func audit() throws {
        let mirror = try SyncedMirror()
        try mirror.sync()
        try mirror.arrive(.activities, [(id: 5000, date: SyncedMirror.noon.adding(-5 * 86_400)), (id: 5001, date: SyncedMirror.noon)])
        // The feed's rows are gone to somebody else.
        _ = try mirror.account.client().page(.recentActivities)
        var options = SyncOptions()
        options.audit = .all
        let report = try mirror.sync(options)
        #expect(report.isComplete)
        var days: [String] = [], recovered: Int64 = 0
        if case .array(let campaigns)? = report.json["audit"]?["campaigns"] {
            for campaign in campaigns {
                if case .array(let found)? = campaign["days"] { days += found.compactMap(\.string) }
                recovered += campaign["recovered"]?.integer ?? 0
            }
        }
        #expect(days == ["2024-09-15"] && recovered == 1)
        try mirror.check("audited")
    }

    @Test("tells rows without an id apart, however many pages they take", arguments: [1, 19, 20, 21, 150])
    func anonymous(count: Int) throws {
        let mirror = try SyncedMirror(rows: 10)
        // Pairs that are alike, one pair a minute.
        let rows = (0..<count).map { "{\"action_date\":\"\(SyncedMirror.noon.adding(-Int64($0 / 2) * 60).text)\",\"campaign_id\":1,\"contact_id\":1,\"action_type\":\"onSite\"}" }
        _ = try mirror.account.store.take(.activities, "[" + rows.joined(separator: ",") + "]")
        _ = try mirror.account.client().page(.recentActivities)
        #expect(try mirror.sync().isComplete)
        try mirror.check("\(count) without an id")
        #expect(try mirror.sync().newRows == 0)
    }
}
