// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Many of each: types, campaigns, contacts, rows of one page.
@Suite struct FunnelSizeTests {
    @Test("Thousands of types, campaigns, sources, domains and contacts of any number")
    func manyOfEach() throws {
        var random = FixedSeed(21)
        let rows = (0..<5000).map { number in
            FunnelRow(
                kind: number < 4200 ? .activities : random.pick([.sentEmails, .undelivered]), campaign: Int64(number % 3001) &* 0x1_0000_0001,
                contact: Int64.random(in: .min ... .max, using: &random), type: "type \(number)", date: FunnelRow.monday + Int64(number) * 61,
                source: "source \(number % 2003)", email: "a@\(number).example")
        }
        let (funnel, oracle) = (try Funnel(rows, &random), FunnelOracle(rows))
        let loaded = try Funnel.load(funnel.savedBytes)
        for query in FunnelQuestions.groupings() {
            let wanted = oracle.summary(query)
            // Not by #expect: texts this long take long to compare for its message.
            let (told, again) = (funnel.summaryText(query) == wanted, loaded.summaryText(query) == wanted)
            #expect(told && again, "\(query)")
        }
    }

    @Test("Groups take room for the types that they hold, not for all that there are")
    func typesAndHours() throws {
        // With room for all types in each group it would be 6 GB.
        let count = 20_000
        let rows = (0..<count).map { "{\"action_type\":\"\($0)\",\"action_date\":\"\(TestTime.text(Int64($0 + 1) * 3600))\"}" }
        let funnel = Funnel()
        try funnel.add(.activities, "[\(rows.joined(separator: ","))]")
        guard case .object(let members) = try funnel.summary(FunnelQuery(groupBy: .hour)), case .array(let groups)? = members.last?.value else {
            Issue.record("no groups")
            return
        }
        #expect(groups.count == count)
        #expect(groups[41].text.hasPrefix("{\"hour\":\"1970-01-02 18:00:00\",\"opens\":0,"))
        #expect(groups[41].text.contains("\"types\":{\"41\":{\"count\":1,\"unique\":0}},\"rates\""))
    }

    /// Rows in three batches of `RowColumns.mostRows`.
    private static func longPage() -> [String] {
        (0..<(2 * RowColumns.mostRows + 500)).map { number in
            "{\"contact_id\":\(number % 7000),\"campaign_id\":\(number % 3),\"date_sent\":\"\(TestTime.text(FunnelRow.monday + Int64(number)))\",\"sending_source\":\"s\(number % 5)\",\"email\":\"a@d\(number % 50).example\"}"
        }
    }

    @Test("A page of more rows than are read at once adds all of them, as pages of a few do")
    func longPages() throws {
        let rows = Self.longPage()
        let (once, parts) = (Funnel(), Funnel())
        try once.add(.sentEmails, "[\(rows.joined(separator: ","))]")
        for first in stride(from: 0, to: rows.count, by: 1000) {
            try parts.add(.sentEmails, "[\(rows[first..<min(first + 1000, rows.count)].joined(separator: ","))]")
        }
        #expect(try once.savedBytes == parts.savedBytes)
        #expect(once.summaryText().contains("\"sent\":\(rows.count),"))
    }

    @Test("A page of more rows than are read at once with a fault at its end adds none", arguments: ["", ",]", ",{\"contact_id\":1}", ",{\"contact_id\":1}]x", ",7]"])
    func faultAtTheEnd(end: String) throws {
        let funnel = Funnel()
        try funnel.add(.sentEmails, "[{\"contact_id\":-1,\"sending_source\":\"first\"}]")
        let before = try funnel.savedBytes
        let error = #expect(throws: InwiseError.self) { try funnel.add(.sentEmails, "[\(Self.longPage().joined(separator: ","))\(end)") }
        #expect(error?.code == .protocol)
        #expect(try funnel.savedBytes == before)
    }

    @Test("Activities in columns are those in rows", arguments: [true, false])
    func columns(hasTimes: Bool) throws {
        var random = FixedSeed(31)
        let names = ["emailOpened", "emailClicked", "new"]
        let rows = (0..<1000).map { _ in
            FunnelRow(
                kind: .activities, campaign: random.pick([1, 2, .min]), contact: Int64.random(in: -50...50, using: &random), type: random.pick(names),
                date: hasTimes ? FunnelRow.monday + Int64.random(in: 0..<9000, using: &random) : nil)
        }
        let funnel = Funnel()
        let campaigns = rows.map { $0.campaign ?? 0 }
        let contacts = rows.map { $0.contact ?? 0 }
        let types = rows.map { row in UInt8(names.firstIndex(of: row.type ?? "") ?? 0) }
        let times = rows.map { UInt32($0.date ?? 0) }
        try campaigns.withUnsafeBufferPointer { campaigns in
            try contacts.withUnsafeBufferPointer { contacts in
                try types.withUnsafeBufferPointer { types in
                    try times.withUnsafeBufferPointer { times in
                        try funnel.addActivities(campaigns: campaigns, contacts: contacts, types: types, named: names, times: hasTimes ? times : nil)
                    }
                }
            }
        }
        #expect(try funnel.savedBytes == Funnel(rows, &random).savedBytes)
        for query in FunnelQuestions.groupings() { #expect(funnel.summaryText(query) == FunnelOracle(rows).summary(query), "\(query)") }
    }
}
