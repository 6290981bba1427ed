// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// How long contacts took, by hand.
@Suite struct FunnelTimesTests {
    private static func mail(_ contact: Int, _ date: String, campaign: Int = 1) -> String {
        "{\"campaign_id\":\(campaign),\"contact_id\":\(contact),\"date_sent\":\"\(date)\"}"
    }

    private static func opened(_ contact: Int, _ date: String, campaign: Int = 1) -> String {
        "{\"campaign_id\":\(campaign),\"contact_id\":\(contact),\"action_type\":\"emailOpened\",\"action_date\":\"\(date)\"}"
    }

    private static func timeToOpen(_ mails: [String], _ opens: [String], _ query: FunnelQuery = FunnelQuery()) throws -> String {
        let funnel = Funnel()
        try funnel.add(.sentEmails, "[\(mails.joined(separator: ","))]")
        try funnel.add(.activities, "[\(opens.joined(separator: ","))]")
        guard case .object(let members) = try funnel.summary(query) else { return "no summary" }
        return members.first { $0.name == "time_to_open" }?.value.text ?? "no time"
    }

    private static func one(_ seconds: Int) -> String {
        "{\"contacts\":1,\"p10\":\(seconds),\"p25\":\(seconds),\"p50\":\(seconds),\"p75\":\(seconds),\"p90\":\(seconds)}"
    }

    @Test("Quantiles are by nearest rank: times that some contact took", arguments: [
        (1, "{\"contacts\":1,\"p10\":10,\"p25\":10,\"p50\":10,\"p75\":10,\"p90\":10}"),
        (2, "{\"contacts\":2,\"p10\":10,\"p25\":10,\"p50\":10,\"p75\":20,\"p90\":20}"),
        (4, "{\"contacts\":4,\"p10\":10,\"p25\":10,\"p50\":20,\"p75\":30,\"p90\":40}"),
        (5, "{\"contacts\":5,\"p10\":10,\"p25\":20,\"p50\":30,\"p75\":40,\"p90\":50}"),
        (10, "{\"contacts\":10,\"p10\":10,\"p25\":30,\"p50\":50,\"p75\":80,\"p90\":90}"),
        (11, "{\"contacts\":11,\"p10\":20,\"p25\":30,\"p50\":60,\"p75\":90,\"p90\":100}"),
    ])
    func nearestRank(count: Int, wanted: String) throws {
        let contacts = Array((1...count).reversed())
        let mails = contacts.map { Self.mail($0, "2024-09-02 10:00:00") }
        let opens = contacts.map { Self.opened($0, TestTime.text(TestTime.seconds("2024-09-02 10:00:00") + 10 * Int64($0))) }
        #expect(try Self.timeToOpen(mails, opens) == wanted)
    }

    @Test("Time runs from a contact's first mail to its first open, whatever comes later")
    func firsts() throws {
        let mails = ["2024-09-02 11:00:00", "2024-09-02 10:00:00", "2024-09-02 12:00:00"].map { Self.mail(1, $0) }
        let opens = ["2024-09-02 13:00:00", "2024-09-02 10:00:30", "2024-09-03 10:00:00"].map { Self.opened(1, $0) }
        #expect(try Self.timeToOpen(mails, opens) == Self.one(30))
    }

    @Test("An open dated before its mail came after 0 seconds")
    func before() throws {
        #expect(try Self.timeToOpen([Self.mail(1, "2024-09-02 10:00:00")], [Self.opened(1, "2024-09-02 09:59:59")]) == Self.one(0))
    }

    @Test("The longest time that there is")
    func longest() throws {
        #expect(try Self.timeToOpen([Self.mail(1, "1970-01-01 00:00:01")], [Self.opened(1, "2106-02-07 06:28:15")]) == Self.one(4_294_967_294))
    }

    @Test("A contact without a mail, without an open, or without a date of one has no time", arguments: [
        ([], [opened(1, "2024-09-02")]), ([mail(1, "2024-09-02")], []), ([mail(1, "x")], [opened(1, "2024-09-02")]), ([mail(1, "2024-09-02")], [opened(1, "x")]),
        ([mail(1, "2024-09-02", campaign: 2)], [opened(1, "2024-09-02")]), ([mail(1, "2024-09-02")], [opened(2, "2024-09-02")]),
        (["{\"campaign_id\":1,\"date_sent\":\"2024-09-02\"}"], ["{\"campaign_id\":1,\"action_type\":\"emailOpened\",\"action_date\":\"2024-09-02\"}"]),
    ])
    func none(mails: [String], opens: [String]) throws { #expect(try Self.timeToOpen(mails, opens) == "null") }

    @Test("A date that is missing leaves those that are there")
    func oneDate() throws {
        #expect(try Self.timeToOpen([Self.mail(1, "x"), Self.mail(1, "2024-09-02")], [Self.opened(1, "x"), Self.opened(1, "2024-09-02 00:00:09")]) == Self.one(9))
    }

    @Test("In a window the mails and opens of that window count")
    func window() throws {
        let mails = [Self.mail(1, "2024-09-01 10:00:00"), Self.mail(1, "2024-09-02 10:00:00")]
        let opens = [Self.opened(1, "2024-09-01 10:00:05"), Self.opened(1, "2024-09-02 10:00:07"), Self.opened(1, "2024-09-03 10:00:00")]
        #expect(try Self.timeToOpen(mails, opens) == Self.one(5))
        #expect(try Self.timeToOpen(mails, opens, FunnelQuery(dateFrom: "2024-09-02")) == Self.one(7))
        #expect(try Self.timeToOpen(mails, opens, FunnelQuery(dateTo: "2024-09-01")) == Self.one(5))
        #expect(try Self.timeToOpen(mails, opens, FunnelQuery(dateFrom: "2024-09-03")) == "null")
    }

    @Test("A contact of two campaigns took two times")
    func campaigns() throws {
        let mails = [Self.mail(1, "2024-09-02 10:00:00"), Self.mail(1, "2024-09-02 11:00:00", campaign: 2)]
        let opens = [Self.opened(1, "2024-09-02 10:00:05"), Self.opened(1, "2024-09-02 11:00:09", campaign: 2)]
        #expect(try Self.timeToOpen(mails, opens) == "{\"contacts\":2,\"p10\":5,\"p25\":5,\"p50\":5,\"p75\":9,\"p90\":9}")
        #expect(try Self.timeToOpen(mails, opens, FunnelQuery(campaignID: 2)) == Self.one(9))
    }
}
