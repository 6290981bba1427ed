// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Groups and windows by hand, where the rule that decides is not plain from the oracle.
@Suite struct FunnelGroupTests {
    /// What a summary's groups are called, in their order, and one of their fields.
    private static func groups(_ funnel: Funnel, _ query: FunnelQuery, _ field: String = "sent") throws -> [String] {
        guard case .array(let groups)? = member("groups", of: try funnel.summary(query)) else { return ["no groups"] }
        return groups.map { group in
            guard case .object(let members) = group, let first = members.first else { return "no group" }
            return "\(first.value.text)=\(member(field, of: group)?.text ?? "")"
        }
    }

    private static func member(_ name: String, of json: JSON) -> JSON? {
        guard case .object(let members) = json else { return nil }
        return members.first { $0.name == name }?.value
    }

    @Test("Groups ascend, by number or by byte, and null comes last", arguments: [
        (.campaign, ["\"campaign_id\":10", "\"campaign_id\":9", "\"campaign_id\":-2", ""], ["-2=1", "9=1", "10=1", "null=1"]),
        (.day, ["\"date_sent\":\"2024-09-02\"", "\"date_sent\":\"1999-12-31 23:59:59\"", "\"date_sent\":\"x\"", "\"date_sent\":\"2024-09-02 23:59:59\""],
            ["\"1999-12-31\"=1", "\"2024-09-02\"=2", "null=1"]),
        (.hour, ["\"date_sent\":\"2024-09-02 13:59:59\"", "\"date_sent\":\"2024-09-02\"", "", "\"date_sent\":\"2024-09-02T13:00:00\""],
            ["\"2024-09-02 00:00:00\"=1", "\"2024-09-02 13:00:00\"=2", "null=1"]),
        (.sendingSource, ["\"sending_source\":\"b\"", "\"sending_source\":\"B\"", "\"sending_source\":\"\"", "", "\"sending_source\":7"],
            ["\"\"=1", "\"B\"=1", "\"b\"=1", "null=2"]),
        (.domain, ["\"contact_id\":1,\"email\":\"x@B.example\"", "\"contact_id\":2,\"email\":\"a@a.example\"", "\"contact_id\":3", "\"email\":\"nobody@c.example\""],
            ["\"a.example\"=1", "\"b.example\"=1", "null=2"]),
    ] as [(FunnelQuery.Group, [String], [String])])
    func order(group: FunnelQuery.Group, rows: [String], wanted: [String]) throws {
        let funnel = Funnel()
        try funnel.add(.sentEmails, "[\(rows.map { "{\($0)}" }.joined(separator: ","))]")
        #expect(try Self.groups(funnel, FunnelQuery(groupBy: group)) == wanted)
        #expect(try Self.groups(funnel, FunnelQuery(campaignID: 12345, groupBy: group)) == [])
    }

    @Test("An activity belongs to the source of its contact's first mail in the campaign that names one", arguments: [
        ("\"date_sent\":\"2024-09-02\",\"sending_source\":\"late\"", "\"date_sent\":\"2024-09-01\",\"sending_source\":\"early\"", "\"early\""),
        ("\"date_sent\":\"2024-09-02\",\"sending_source\":\"b\"", "\"date_sent\":\"2024-09-02\",\"sending_source\":\"a\"", "\"a\""),
        ("\"date_sent\":\"2024-09-01\"", "\"date_sent\":\"2024-09-02\",\"sending_source\":\"named\"", "\"named\""),
        ("\"sending_source\":\"undated\"", "\"date_sent\":\"2024-09-02\",\"sending_source\":\"dated\"", "\"dated\""),
        ("\"campaign_id\":8,\"sending_source\":\"elsewhere\"", "\"note\":1", "null"),
    ])
    func sourceOfActivity(first: String, second: String, wanted: String) throws {
        for mails in [[first, second], [second, first]] {
            let funnel = Funnel()
            // Of a key that comes twice the last counts.
            let rows = mails.map { "{\"campaign_id\":7,\"contact_id\":1,\($0)}" }
            try funnel.add(.sentEmails, "[\(rows.joined(separator: ","))]")
            try funnel.add(.activities, "[{\"campaign_id\":7,\"contact_id\":1,\"action_type\":\"emailOpened\",\"action_date\":\"2024-09-03\"}]")
            let query = FunnelQuery(groupBy: .sendingSource, dateFrom: "2024-09-03")
            #expect(try Self.groups(funnel, query, "opens") == ["\(wanted)=1"], "also where the window holds no mail")
        }
    }

    @Test("A contact's domain is that of its latest address, in any campaign", arguments: [
        ("\"date_sent\":\"2024-09-01\",\"email\":\"a@old.example\"", "\"date_sent\":\"2024-09-02\",\"email\":\"a@new.example\"", "\"new.example\"=2"),
        ("\"date_sent\":\"2024-09-01\",\"email\":\"a@one.example\"", "\"date_sent\":\"2024-09-01\",\"email\":\"a@two.example\"", "\"two.example\"=2"),
        ("\"email\":\"a@undated.example\"", "\"date_sent\":\"2024-09-02\",\"email\":\"a@dated.example\"", "\"dated.example\"=2"),
        ("\"date_sent\":\"2024-09-02\",\"email\":\"none\"", "\"date_sent\":\"2024-09-01\",\"email\":\"a@some.example\"", "\"some.example\"=2"),
        ("\"campaign_id\":2,\"date_sent\":\"2024-09-02\",\"email\":\"a@B@C.Example\"", "\"date_sent\":\"2024-09-01\",\"email\":\"a@b.example\"", "\"c.example\"=2"),
        ("\"email\":\"a@\(String(repeating: "d", count: 254))\"", "\"note\":1", "null=2"),
        ("\"email\":\"a@\(String(repeating: "d", count: 253))\"", "\"note\":1", "\"\(String(repeating: "d", count: 253))\"=2"),
    ])
    func domain(first: String, second: String, wanted: String) throws {
        for mails in [[first, second], [second, first]] {
            let funnel = Funnel()
            try funnel.add(.sentEmails, "[\(mails.map { "{\"contact_id\":1,\($0)}" }.joined(separator: ","))]")
            #expect(try Self.groups(funnel, FunnelQuery(groupBy: .domain)) == [wanted])
        }
    }

    @Test("In a group of an hour or a day a contact counts once per campaign, so that groups may add up to more than the whole")
    func uniquesOfHours() throws {
        let funnel = Funnel()
        let rows = [(1, "13:00:00"), (1, "13:59:59"), (1, "14:00:00"), (2, "14:30:00")].map { campaign, time in
            "{\"campaign_id\":\(campaign),\"contact_id\":5,\"action_type\":\"emailOpened\",\"action_date\":\"2024-09-02 \(time)\"}"
        }
        try funnel.add(.activities, "[\(rows.joined(separator: ","))]")
        #expect(try Self.groups(funnel, FunnelQuery(groupBy: .hour), "opens_unique") == ["\"2024-09-02 13:00:00\"=1", "\"2024-09-02 14:00:00\"=2"])
        #expect(try Self.groups(funnel, FunnelQuery(groupBy: .day), "opens_unique") == ["\"2024-09-02\"=2"])
        #expect(Self.member("opens_unique", of: try funnel.summary())?.text == "2")
    }

    // MARK: - Windows

    @Test("Both ends of a window belong to it, and a day is all of it", arguments: [
        ("2024-09-02", "2024-09-02", 3), ("2024-09-02 00:00:01", "2024-09-02 23:59:58", 1), ("2024-09-02 12:00:00", "2024-09-02 12:00:00", 1),
        ("2024-09-02 12:00:01", nil, 2), (nil, "2024-09-02", 4), (nil, "2024-09-02 11:59:59", 2), ("2024-09-03", nil, 1), ("2024-09-04", nil, 0),
        ("0000-01-01", "9999-12-31", 5), ("1969-12-31", "1969-12-31", 0), (nil, "1970-01-01 00:00:00", 0), ("2107-01-01", "9999-12-31", 0), (nil, nil, 6),
    ] as [(String?, String?, Int)])
    func window(from: String?, to: String?, count: Int) throws {
        let dates = ["2024-09-01 23:59:59", "2024-09-02", "2024-09-02 12:00:00", "2024-09-02 23:59:59", "2024-09-03", "no date"]
        let funnel = Funnel()
        try funnel.add(.undelivered, "[\(dates.map { "{\"create_date\":\"\($0)\"}" }.joined(separator: ","))]")
        let summary = try funnel.summary(FunnelQuery(dateFrom: from, dateTo: to))
        #expect(Self.member("undelivered", of: summary)?.text == "\(count)")
    }

    @Test("The first and the last second that a funnel knows lie in no window before or behind them")
    func ends() throws {
        let funnel = Funnel()
        try funnel.add(.sentEmails, "[{\"date_sent\":\"1970-01-01 00:00:01\"},{\"date_sent\":\"2106-02-07 06:28:15\"}]")
        for (from, to, count) in [
            ("1970-01-01 00:00:01", "1970-01-01 00:00:01", 1), ("2106-02-07 06:28:15", nil, 1), ("1970-01-01", "2106-02-07", 2),
            ("2106-02-07 06:28:16", nil, 0), ("2200-01-01", "2300-01-01", 0), (nil, "1970-01-01 00:00:00", 0), (nil, "1960-01-01", 0), ("1950-01-01", "1960-01-01", 0),
        ] as [(String?, String?, Int)] {
            let summary = try funnel.summary(FunnelQuery(dateFrom: from, dateTo: to))
            #expect(Self.member("sent", of: summary)?.text == "\(count)", "\(from ?? "") to \(to ?? "")")
        }
    }

    @Test("A window that ends before it begins, or a date that is none, is refused by its key", arguments: [
        ("2024-09-02", "2024-09-01", "date_from"), ("2024-09-02 00:00:01", "2024-09-02 00:00:00", "date_from"), ("2300-01-01", "2200-01-01", "date_from"),
        ("2024-02-30", nil, "date_from"), (nil, "2024-09-02T10:00:00", "date_to"), (nil, "", "date_to"), ("2024-09-02", "tomorrow", "date_to"),
    ] as [(String?, String?, String)])
    func badWindow(from: String?, to: String?, key: String) {
        let error = #expect(throws: InwiseError.self) { try Funnel().summary(FunnelQuery(dateFrom: from, dateTo: to)) }
        #expect(error?.code == .argument)
        #expect(error?.message.contains("\"\(key)\"") == true)
    }
}
