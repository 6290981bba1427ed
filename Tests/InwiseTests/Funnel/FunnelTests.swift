// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite struct FunnelTests {
    private static let nothing =
        "{\"opens\":0,\"opens_unique\":0,\"clicks\":0,\"clicks_unique\":0,\"sent\":0,\"undelivered\":0,\"bounces\":0,\"bounces_unique\":0,\"webversions_unique\":0,\"unsubscribes\":0,\"unsubscribes_unique\":0,\"report_spam\":0,\"report_spam_unique\":0,\"onsite\":0,\"onsite_unique\":0,\"types\":{},\"rates\":{\"delivered\":null,\"open_rate\":null,\"click_rate\":null,\"click_to_open_rate\":null,\"bounce_rate\":null,\"unsubscribe_rate\":null,\"spam_rate\":null},\"time_to_open\":null,\"time_to_click\":null}"

    @Test("An empty funnel has all fields, and no rates")
    func empty() throws {
        let funnel = Funnel()
        #expect(funnel.summaryText() == Self.nothing)
        for kind in RowKind.allCases { try funnel.add(kind, "[]") }
        #expect(funnel.summaryText() == Self.nothing)
        #expect(funnel.summaryText(campaign: 1) == Self.nothing)
    }

    @Test("A summary has the service's 15 fields in its order, then types and rates")
    func example() throws {
        let funnel = Funnel()
        try funnel.add(.sentEmails, "[{\"campaign_id\":1},{\"campaign_id\":1},{\"campaign_id\":\"1\"},{\"campaign_id\":1},{\"campaign_id\":1}]")
        try funnel.add(.undelivered, "[{\"campaign_id\":1},{\"campaign_id\":1}]")
        let activities = [
            (1, "emailOpened"), (1, "emailOpened"), (2, "emailOpened"), (1, "emailClicked"), (3, "emailBounced"), (3, "emailBounced"), (1, "emailWebVersion"),
            (1, "emailPublicWebVersion"), (2, "emailPublicWebVersion"), (2, "emailUnsubscribed"), (2, "emailReportSpam"), (4, "onSite"), (4, "onSite"), (4, "zebra"),
            (4, "emailPrinted"), (4, "emailPrinted"), (4, "Abc"),
        ].map { "{\"campaign_id\":1,\"contact_id\":\($0.0),\"action_type\":\"\($0.1)\"}" }
        try funnel.add(.activities, "[\(activities.joined(separator: ","))]")
        let wanted =
            "{\"opens\":3,\"opens_unique\":2,\"clicks\":1,\"clicks_unique\":1,\"sent\":5,\"undelivered\":2,\"bounces\":2,\"bounces_unique\":1,\"webversions_unique\":2,\"unsubscribes\":1,\"unsubscribes_unique\":1,\"report_spam\":1,\"report_spam_unique\":1,\"onsite\":2,\"onsite_unique\":1,\"types\":{\"Abc\":{\"count\":1,\"unique\":1},\"emailPrinted\":{\"count\":2,\"unique\":1},\"zebra\":{\"count\":1,\"unique\":1}},\"rates\":{\"delivered\":4,\"open_rate\":0.5,\"click_rate\":0.25,\"click_to_open_rate\":0.5,\"bounce_rate\":0.2,\"unsubscribe_rate\":0.25,\"spam_rate\":0.25},\"time_to_open\":null,\"time_to_click\":null}"
        #expect(funnel.summaryText() == wanted)
        #expect(funnel.summaryText(campaign: 1) == wanted)
        #expect(funnel.summaryText(campaign: 2) == Self.nothing)
    }

    @Test("A contact counts once per campaign, and rows without a campaign count in the whole only")
    func perCampaign() throws {
        let funnel = Funnel()
        let rows = ["1", "1", "2", "\"2\"", "null", "\"x\"", "3.0"].map { "{\"contact_id\":9,\"action_type\":\"emailOpened\",\"campaign_id\":\($0)}" }
        try funnel.add(.activities, "[\(rows.joined(separator: ",")),{\"contact_id\":9,\"action_type\":\"emailOpened\"}]")
        func opens(_ campaign: Int64?) -> String { String(funnel.summaryText(campaign: campaign).prefix(28)) }
        #expect(opens(nil).hasPrefix("{\"opens\":8,\"opens_unique\":3,"))
        #expect(opens(1).hasPrefix("{\"opens\":2,\"opens_unique\":1,"))
        #expect(opens(2).hasPrefix("{\"opens\":2,\"opens_unique\":1,"))
        #expect(opens(3).hasPrefix("{\"opens\":0,\"opens_unique\":0,"))
    }

    @Test("A row that names no contact counts, but not as a contact", arguments: ["", ",\"contact_id\":null", ",\"contact_id\":\"x\"", ",\"contact_id\":1.0", ",\"contact_id\":5,\"contact_id\":null"])
    func withoutContact(member: String) throws {
        let funnel = Funnel()
        try funnel.add(.activities, "[{\"action_type\":\"emailOpened\"\(member)}]")
        #expect(funnel.summaryText().hasPrefix("{\"opens\":1,\"opens_unique\":0,"))
    }

    @Test("A contact 0 and contacts of any sign and size are contacts", arguments: [0, -1, 1, Int64.min, Int64.max])
    func anyContact(contact: Int64) throws {
        let funnel = Funnel()
        try funnel.add(.activities, "[{\"action_type\":\"emailOpened\",\"contact_id\":\(contact)},{\"action_type\":\"emailOpened\",\"contact_id\":\"\(contact)\"}]")
        #expect(funnel.summaryText().hasPrefix("{\"opens\":2,\"opens_unique\":1,"))
    }

    @Test("An activity without a type is counted under the empty name", arguments: ["{}", "{\"action_type\":null}", "{\"action_type\":\"\"}", "{\"action_type\":7}", "{\"action_type\":\"\\u0061\",\"action_type\":[]}"])
    func withoutType(row: String) throws {
        let funnel = Funnel()
        try funnel.add(.activities, "[\(row)]")
        #expect(funnel.summaryText().contains("\"types\":{\"\":{\"count\":1,\"unique\":0}}"))
    }

    @Test("Types that differ in a byte are different, and a type is one however it is escaped")
    func typeNames() throws {
        let funnel = Funnel()
        let names = ["caf\u{E9}", "cafe\u{301}", "caf\\u00e9", "EmailOpened", "emailOpened ", "email\\u004fpened", "\\u0065mailOpened"]
        try funnel.add(.activities, "[\(names.map { "{\"action_type\":\"\($0)\"}" }.joined(separator: ","))]")
        let text = funnel.summaryText()
        #expect(text.hasPrefix("{\"opens\":2,"))
        #expect(text.contains("\"types\":{\"EmailOpened\":{\"count\":1,\"unique\":0},\"cafe\u{301}\":{\"count\":1,\"unique\":0},\"caf\u{E9}\":{\"count\":2,\"unique\":0},\"emailOpened \":{\"count\":1,\"unique\":0}}"))
    }

    @Test("A page with a fault adds none of its rows", arguments: ["[{\"action_type\":\"emailOpened\"},{]", "[{\"action_type\":\"emailOpened\"}", "[{\"action_type\":\"emailOpened\"},1]", "", "{}", "[{\"action_type\":\"new\"}]x"])
    func allOrNone(text: String) throws {
        let funnel = Funnel()
        let error = #expect(throws: InwiseError.self) { try funnel.add(.activities, text) }
        #expect(error?.code == .protocol)
        #expect(error?.message.contains("at byte ") == true)
        #expect(error?.message.hasPrefix("The text passed as rows ") == true)
        #expect(funnel.summaryText() == Self.nothing)
    }

    @Test("Rates are null where their denominator is 0 or less")
    func nullRates() throws {
        let funnel = Funnel()
        try funnel.add(.sentEmails, "[{}]")
        try funnel.add(.activities, "[{\"action_type\":\"emailBounced\",\"contact_id\":1},{\"action_type\":\"emailBounced\",\"contact_id\":2},{\"action_type\":\"emailClicked\",\"contact_id\":2}]")
        #expect(funnel.summaryText().hasSuffix("\"rates\":{\"delivered\":-1,\"open_rate\":null,\"click_rate\":null,\"click_to_open_rate\":null,\"bounce_rate\":2.0,\"unsubscribe_rate\":null,\"spam_rate\":null},\"time_to_open\":null,\"time_to_click\":null}"))
    }

    @Test("Contacts whose ids follow a pattern are all counted", arguments: [1, 2, 8, 1024, 1 << 32, 0x1_0000_0001, Int64.max / 50_000])
    func patterns(step: Int64) throws {
        let rows = (0..<Int64(20_000)).map { "{\"action_type\":\"emailOpened\",\"contact_id\":\(($0 % 15_000) * step)}" }
        let funnel = Funnel()
        try funnel.add(.activities, "[\(rows.joined(separator: ","))]")
        #expect(funnel.summaryText().hasPrefix("{\"opens\":20000,\"opens_unique\":15000,"))
    }
}
