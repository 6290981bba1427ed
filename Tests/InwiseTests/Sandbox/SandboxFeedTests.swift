// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sandbox's recent feed") struct SandboxFeedTests {
    static let feeds: [(Inwise.Method, Inwise.Method)] = [
        (.recentActivities, .activities), (.recentSentEmails, .sentEmails), (.recentUndelivered, .undelivered),
    ]

    @Test("hands out each row of the past week once, in order of arrival", arguments: feeds)
    func eachOnce(feed: Inwise.Method, method: Inwise.Method) throws {
        let door = try SandboxDoor("seed=7&contacts=5000&\(SandboxDoor.noon)")
        let week = try door.everything(method, Query(dateFrom: "2024-09-13 12:00:00"))
        var seen: [Row] = []
        while true {
            let page = try door.rows(feed)
            if page.isEmpty { break }
            #expect(page.count == min(1000, week.count - seen.count))
            seen += page
        }
        #expect(seen == week.reversed() && !seen.isEmpty)
        #expect(try door.text(feed) == "[]")
    }

    @Test("is one, whichever door it is read by, and leaves the rows themselves alone")
    func doors() throws {
        let door = try SandboxDoor("seed=7&\(SandboxDoor.noon)")
        let all = try door.everything(.activities)
        let first = try door.rows(.recentActivities), rest = try door.got("recentActivity")
        #expect(Set(first.map(\.id)).isDisjoint(with: rest.map(\.id)))
        #expect(try door.got("recentActivities").isEmpty)
        #expect(try door.everything(.activities) == all)
        #expect(try !door.rows(.recentSentEmails).isEmpty, "each kind has a feed of its own")
    }

    @Test("is consumed by a call whose answer is lost, and not by one that fails", arguments: [
        ("drop_rate=1", true), ("recent_drop_rate=1", true), ("fail_rate=1", false), ("rate_limit=1", false),
    ])
    func faults(fault: String, consumes: Bool) throws {
        let door = try SandboxDoor("seed=7&contacts=300&\(SandboxDoor.noon)&\(fault)")
        let start = try SandboxFeedTests.positions(SandboxDoor("seed=7&contacts=300&\(SandboxDoor.noon)"))
        #expect(throws: InwiseError.self) { try door.text(.recentActivities) }
        #expect(try door.get("/campaigns/email/recentSentEmails").status == (consumes ? 0 : fault == "fail_rate=1" ? 500 : 429))
        guard consumes else {
            #expect(door.sandbox.account == nil, "nothing was done")
            return
        }
        let positions = try SandboxFeedTests.positions(door)
        #expect(positions[0] > start[0] && positions[1] > start[1] && positions[2] == start[2])
    }

    /// Where the feeds of activities, sent mails and undelivered recipients stand.
    static func positions(_ door: SandboxDoor) throws -> [Int64] {
        if door.sandbox.account == nil { _ = try door.text(.undelivered) }
        let store = try #require(door.sandbox.account?.store)
        return try [RowKind.activities, .sentEmails, .undelivered].map { kind in
            let place = try RecentFeed(store).place(of: RecentFeed.unnamed, kind)
            return ~place.key
        }
    }

    /// Reads the feed until so many live rows have come.
    static func live(_ count: Int, _ door: SandboxDoor) throws -> [Row] {
        let history = try Set(SandboxDoor("seed=7&contacts=300&\(SandboxDoor.noon)").everything(.activities).map(\.id))
        var rows: [Row] = []
        let deadline = Instant.now.adding(seconds: 60)
        while rows.count < count, Instant.now < deadline {
            rows += try door.rows(.recentActivities).filter { !history.contains($0.id) }
        }
        return rows
    }

    @Test("goes on with the rows that keep arriving, the same ones for the same seed")
    func arrivals() throws {
        let keys = "seed=7&contacts=300&live=400&\(SandboxDoor.noon)"
        let door = try SandboxDoor(keys)
        let rows = try Self.live(450, door)
        #expect(rows.count >= 450)
        #expect(rows.map(\.id) == rows.map(\.id).sorted() && Set(rows.map(\.id)).count == rows.count)
        #expect(rows.map(\.date) == rows.map(\.date).sorted())
        #expect(rows.allSatisfy { $0.date >= "2024-09-20 12:00:00" })
        #expect(rows.map(\.type).contains("emailClicked"))
        #expect(try Array(Self.live(450, SandboxDoor(keys)).prefix(450)) == Array(rows.prefix(450)))
        #expect(try Set(door.everything(.activities).map(\.id)).isSuperset(of: rows.map(\.id)))
    }

    @Test("counts what has arrived in the summary, too")
    func liveSummary() throws {
        let door = try SandboxDoor("seed=7&contacts=100&campaigns=1&live=300&\(SandboxDoor.noon)")
        func opens() throws -> Int64 {
            try Row.object(of: door.text(.activitiesSummary, Query(campaignID: 1_958_368))).integer("opens") ?? 0
        }
        let before = try opens()
        let deadline = Instant.now.adding(seconds: 60)
        while try opens() < before + 50, Instant.now < deadline {}
        #expect(try opens() >= before + 50)
    }
}
