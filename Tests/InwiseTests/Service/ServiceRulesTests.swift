// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("The service") struct ServiceRulesTests {
    /// 5,538 mails sent, 462 undelivered, 2,605 activities.
    static let account = "seed=7&\(SandboxDoor.noon)"
    static let paged: [Inwise.Method] = [.sentEmails, .undelivered, .activities]

    @Test("gives 100 rows unasked and up to 1,000 asked", arguments: [Inwise.Method.sentEmails, .activities])
    func pageSizes(method: Inwise.Method) throws {
        let door = try SandboxDoor(Self.account)
        #expect(try door.rows(method, SandboxDoor.ever).count == 100)
        for size in [1, 99, 100, 101, 1000] {
            var query = SandboxDoor.ever
            query.pageSize = size
            #expect(try door.rows(method, query).count == size)
        }
    }

    @Test("gives each row on one page, then empty pages", arguments: paged, [7, 100, 1000])
    func pages(method: Inwise.Method, size: Int) throws {
        let door = try SandboxDoor("seed=7&contacts=150&\(SandboxDoor.noon)")
        let all = try door.everything(method)
        var walked: [Row] = []
        var query = SandboxDoor.ever
        query.pageSize = size
        for page in 0...(all.count / size) {
            query.pageIndex = page
            walked += try door.rows(method, query)
        }
        #expect(walked == all)
        #expect(Set(all.map(\.id)).count == all.count)
        for page in [all.count / size + 1, 1_000_000_000, Int.max] {
            query.pageIndex = page
            #expect(try door.text(method, query) == "[]")
        }
    }

    @Test("comes in the order asked for", arguments: paged)
    func order(method: Inwise.Method) throws {
        let newest = try SandboxDoor("seed=7&contacts=150&\(SandboxDoor.noon)").everything(method)
        let oldest = try SandboxDoor("seed=7&contacts=150&order=asc&\(SandboxDoor.noon)").everything(method)
        #expect(newest.map(\.id) == newest.map(\.id).sorted(by: >))
        #expect(newest.map(\.date) == newest.map(\.date).sorted(by: >))
        #expect(oldest == newest.reversed())
    }

    @Test("answers for the past seven days when no date is named")
    func defaultWindow() throws {
        let door = try SandboxDoor(Self.account)
        for method in [Inwise.Method.sentEmails, .activities] {
            let week = try door.everything(method, Query())
            let expected = try door.everything(method).filter { $0.date >= "2024-09-13 12:00:00" }
            #expect(week == expected && !week.isEmpty)
            let campaign = try #require(week.first?.campaign)
            #expect(try door.everything(method, Query(campaignID: campaign)) == expected.filter { $0.campaign == campaign })
        }
        #expect(try door.everything(.undelivered, Query()) == door.everything(.undelivered))
    }

    @Test("includes both ends of a range of dates", arguments: [
        ("2024-09-01", "2024-09-10"), ("2024-09-06", "2024-09-06"), ("2024-09-18 13:30:00", nil), (nil, "2024-09-06 20:15:00"),
        ("2024-09-18 13:00:00", "2024-09-18 13:59:59"), ("2030-01-01", nil), (nil, "1999-12-31"), ("0000-01-01", "9999-12-31"),
    ] as [(String?, String?)])
    func dates(from: String?, to: String?) throws {
        let door = try SandboxDoor(Self.account)
        for method in Self.paged {
            let expected = try door.everything(method).filter { row in
                row.date >= from ?? "" && row.date <= (to.map { $0.count == 10 ? $0 + " 23:59:59" : $0 } ?? "~")
            }
            #expect(try door.everything(method, Query(dateFrom: from, dateTo: to)) == expected, "\(method)")
        }
    }

    @Test("includes a row that lies exactly on either end")
    func exactEnds() throws {
        let door = try SandboxDoor(Self.account)
        let all = try door.everything(.activities)
        let row = try #require(all.dropFirst(500).first)
        let found = try door.everything(.activities, Query(dateFrom: row.date, dateTo: row.date))
        #expect(found == all.filter { $0.date == row.date } && found.contains(row))
    }

    @Test("gives the rows that fit every filter", arguments: paged)
    func filters(method: Inwise.Method) throws {
        let door = try SandboxDoor("seed=3&contacts=300&\(SandboxDoor.noon)")
        let all = try door.everything(method)
        let row = try #require(all.first { $0.text("external_id") != nil })
        func check(_ change: (inout Query) -> Void, _ fits: (Row) -> Bool) throws {
            var query = SandboxDoor.ever
            change(&query)
            #expect(try door.everything(method, query) == all.filter(fits))
        }
        try check({ $0.campaignID = row.campaign }) { $0.campaign == row.campaign }
        try check({ $0.contactID = row.contact }) { $0.contact == row.contact }
        try check({ $0.externalID = row.text("external_id") }) { $0.contact == row.contact }
        try check({ $0.externalID = "nobody's" }) { _ in false }
        try check({ $0.campaignID = -1 }) { _ in false }
        try check({ $0.contactID = .max }) { _ in false }
        try check({
            $0.campaignID = row.campaign
            $0.contactID = row.contact
            $0.dateFrom = "2024-09-01"
        }) { $0.campaign == row.campaign && $0.contact == row.contact && $0.date >= "2024-09-01" }
        guard method == .activities else { return }
        for type in Set(all.map(\.type)).union(["emailNothing", "emailopened", "'; DROP TABLE activities; --"]) {
            try check({ $0.actionType = type }) { $0.type == type }
        }
    }

    @Test("refuses what a query may not hold", arguments: [
        Query(dateFrom: "2024-02-30"), Query(dateFrom: "2024-09-02", dateTo: "2024-09-01"), Query(pageIndex: -1),
        Query(pageSize: 0), Query(pageSize: 1001), Query(actionType: ""),
    ])
    func refusals(query: Query) throws {
        let door = try SandboxDoor("contacts=5&\(SandboxDoor.noon)")
        let error = #expect(throws: InwiseError.self) { try door.text(.activities, query) }
        #expect(error?.code == .argument && error?.parameter != nil)
    }

    @Test("reads further parameters as a request's, and takes none twice")
    func parameters() throws {
        let door = try SandboxDoor(Self.account)
        var query = Query()
        query.parameters = [("date_from", "2000-01-01"), ("page_size", "7"), ("color", "red")]
        #expect(try door.rows(.activities, query).count == 7)
        query.parameters = [("page_size", "many")]
        let refused = #expect(throws: InwiseError.self) { try door.text(.activities, query) }
        #expect(refused?.code == .http && refused?.httpStatus == 400 && refused?.parameter == "page_size")
        query.parameters = [("campaign_id", "2")]
        query.campaignID = 1
        let twice = #expect(throws: InwiseError.self) { try door.text(.activities, query) }
        #expect(twice?.code == .argument)
    }

    @Test("sums up nothing for a campaign that isn't there")
    func unknownCampaign() throws {
        let summary = try Row.object(of: SandboxDoor("contacts=5").text(.activitiesSummary, Query(campaignID: 5)))
        #expect(summary.names.count == 15 && summary.names.allSatisfy { summary.integer($0) == 0 })
    }
}
