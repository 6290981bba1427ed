// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A made-up account") struct SandboxAccountTests {
    static let paged: [Inwise.Method] = [.sentEmails, .undelivered, .activities]

    @Test("sums up to what a plain count of its rows gives", arguments: [
        "seed=1", "seed=2&campaigns=1&contacts=50", "seed=7&campaigns=5&contacts=300", "seed=4294967297&campaigns=2&contacts=1000",
        "seed=0&campaigns=20&contacts=100", "seed=9&contacts=200&page_base=1&order=asc&ids=string", "seed=3&days=1&contacts=400",
        "seed=5&campaigns=40&contacts=30&days=3650", "seed=6&contacts=1&campaigns=1",
    ])
    func summary(keys: String) throws {
        let door = try SandboxDoor(keys + "&" + SandboxDoor.noon)
        let sent = try door.everything(.sentEmails), undelivered = try door.everything(.undelivered)
        let activities = try door.everything(.activities)
        let campaigns = Set((sent + undelivered).map(\.campaign))
        #expect(campaigns.contains(1_958_368) && campaigns.min() == 1_958_368)
        for campaign in campaigns {
            let mine = activities.filter { $0.campaign == campaign }
            func rows(_ types: String...) -> Int64 { Int64(mine.filter { types.contains($0.type) }.count) }
            func contacts(_ types: String...) -> Int64 { Int64(Set(mine.filter { types.contains($0.type) }.map(\.contact)).count) }
            let expected: [(String, Int64)] = [
                ("opens", rows("emailOpened")), ("opens_unique", contacts("emailOpened")),
                ("clicks", rows("emailClicked")), ("clicks_unique", contacts("emailClicked")),
                ("sent", Int64(sent.filter { $0.campaign == campaign }.count)),
                ("undelivered", Int64(undelivered.filter { $0.campaign == campaign }.count)),
                ("bounces", rows("emailBounced")), ("bounces_unique", contacts("emailBounced")),
                ("webversions_unique", contacts("emailWebVersion", "emailPublicWebVersion")),
                ("unsubscribes", rows("emailUnsubscribed")), ("unsubscribes_unique", contacts("emailUnsubscribed")),
                ("report_spam", rows("emailReportSpam")), ("report_spam_unique", contacts("emailReportSpam")),
                ("onsite", rows("onSite")), ("onsite_unique", contacts("onSite")),
            ]
            let summary = try door.text(.activitiesSummary, Query(campaignID: campaign))
            #expect(summary == "{" + expected.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
        }
    }

    static func bytes(_ keys: String) throws -> [String] {
        let door = try SandboxDoor(keys)
        var query = SandboxDoor.ever
        query.pageSize = 1000
        return try paged.map { try door.text($0, query) } + [Inwise.Method.recentActivities, .recentSentEmails, .recentUndelivered].map { try door.text($0) }
    }

    @Test("is the same, byte for byte, for the same URL, and another for another seed")
    func determinism() throws {
        let keys = "contacts=300&\(SandboxDoor.noon)&seed="
        #expect(try Self.bytes(keys + "7") == Self.bytes(keys + "7"))
        for seed in ["8", "0", "-7", "4294967303"] {
            for (one, other) in zip(try Self.bytes(keys + "7"), try Self.bytes(keys + seed)) { #expect(one != other || one == "[]") }
        }
    }

    @Test("is on every machine what it was when it was first made")
    func knownBytes() throws {
        let door = try SandboxDoor("seed=7&contacts=300&\(SandboxDoor.noon)")
        for (method, count, hash) in KnownAccount.rows {
            let rows = try door.everything(method)
            #expect(rows.count == count && KnownAccount.hash(rows) == hash, "\(method): \(rows.count), \(KnownAccount.hash(rows))")
        }
        #expect(try door.text(.activities, Query(dateFrom: "2000-01-01", pageSize: 1)) == KnownAccount.newestActivity)
        #expect(try door.text(.sentEmails, Query(dateFrom: "2000-01-01", pageSize: 1)) == KnownAccount.newestMail)
    }

    @Test("keeps its shape when its clock stands on another day")
    func shift() throws {
        func rows(_ now: String) throws -> [Row] { try SandboxDoor("contacts=200&now=\(now)").everything(.activities) }
        let one = try rows("2024-09-20T12:00:00"), other = try rows("2025-03-01T12:00:00")
        func time(_ row: Row) throws -> Int64 { WallTime(first: try #require(DateText(row.date))).seconds }
        #expect(one.count == other.count)
        for (early, late) in zip(one, other) {
            #expect(try time(late) - time(early) == 162 * 86_400)
            #expect(early.id == late.id && early.contact == late.contact && early.type == late.type)
        }
    }

    @Test("looks like a real one", arguments: [1, 2, 3, 7, 11])
    func plausibility(seed: Int) throws {
        let door = try SandboxDoor("seed=\(seed)&campaigns=4&contacts=3000&\(SandboxDoor.noon)")
        let mails = try door.everything(.sentEmails), undelivered = try door.everything(.undelivered)
        let activities = try door.everything(.activities)
        let sentAt = Dictionary(uniqueKeysWithValues: mails.map { ([$0.campaign, $0.contact], $0.date) })
        #expect(Set(undelivered.map { [$0.campaign, $0.contact] }).isDisjoint(with: sentAt.keys))
        #expect(Set(undelivered.compactMap { $0.text("reason") }) == ["unsubscribed", "bounced", "frequency_limit", "other"])
        for row in activities {
            let sent = try #require(sentAt[[row.campaign, row.contact]], "only who was sent a mail responds to it")
            #expect(row.date >= sent && row.date <= "2024-09-20 12:00:00")
        }
        for campaign in Set(mails.map(\.campaign)) {
            let summary = try Row.object(of: door.text(.activitiesSummary, Query(campaignID: campaign)))
            func share(_ part: String, of whole: Double) -> Double { Double(summary.integer(part) ?? 0) / whole }
            let sent = Double(summary.integer("sent") ?? 0), delivered = sent * (1 - share("bounces_unique", of: sent))
            #expect(delivered / sent > 0.95)
            #expect((0.18...0.37).contains(share("opens_unique", of: delivered)))
            #expect((0.015...0.07).contains(share("clicks_unique", of: delivered)))
            #expect(share("unsubscribes_unique", of: delivered) < 0.01)
        }
    }

    @Test("lets only openers click, and nobody whose mail came back respond")
    func consistency() throws {
        let activities = try SandboxDoor("seed=5&contacts=4000&\(SandboxDoor.noon)").everything(.activities)
        func pairs(_ fits: (Row) -> Bool) -> Set<[Int64]> { Set(activities.filter(fits).map { [$0.campaign, $0.contact] }) }
        #expect(pairs { $0.type == "emailClicked" }.isSubset(of: pairs { $0.type == "emailOpened" }))
        #expect(pairs { $0.type == "emailBounced" }.isDisjoint(with: pairs { $0.type != "emailBounced" }))
        for row in activities {
            #expect((row.text("additional_data") != nil) == (row.type == "emailClicked"))
            #expect(row.names.contains("ip"))
        }
    }

    @Test("doesn't send to who unsubscribed or came back before")
    func leaving() throws {
        let door = try SandboxDoor("seed=5&campaigns=6&contacts=4000&\(SandboxDoor.noon)")
        let mails = try door.everything(.sentEmails)
        let left = try door.everything(.activities).filter { ["emailUnsubscribed", "emailBounced"].contains($0.type) }
        #expect(left.count > 50)
        let last = Dictionary(mails.map { ($0.contact, $0.date) }, uniquingKeysWith: max)
        for row in left { #expect(last[row.contact] ?? "" <= row.date) }
    }

    @Test("has in its rows what makes real ones difficult")
    func difficulties() throws {
        let door = try SandboxDoor("seed=7&\(SandboxDoor.noon)")
        let mails = try door.everything(.sentEmails), undelivered = try door.everything(.undelivered)
        let activities = try door.everything(.activities)
        func isHebrew(_ text: String?) -> Bool { text?.unicodeScalars.contains { (0x5d0...0x5ea).contains($0.value) } == true }
        #expect(mails.contains { isHebrew($0.text("email")) } && activities.contains { isHebrew($0.text("additional_data")) })
        #expect(activities.contains { $0.text("additional_data")?.contains("\"") == true })
        #expect(activities.contains { $0.text("additional_data")?.contains("\\") == true })
        #expect(activities.contains { $0.text("additional_data")?.contains("%D7") == true })
        #expect(activities.contains { $0.text("ip")?.contains(",") == true })
        #expect(activities.allSatisfy { $0.id > 1 << 32 } && undelivered.allSatisfy { $0.id > Int64(Int32.max) })
        #expect(Set(mails.compactMap { $0.text("sending_source") }) == ["Campaign", "Automation", "Test"])
        #expect(activities.contains { $0.type == "emailClicked" && $0.text("remarks") == nil })
        #expect(activities.contains { $0.type == "emailOpened" && $0.text("remarks") != nil })
        let external = Double(mails.filter { $0.text("external_id") != nil }.count) / Double(mails.count)
        #expect((0.25...0.42).contains(external))
        #expect(Set(mails.compactMap { $0.text("transaction_id") }).count == mails.count)
    }

    @Test("writes each kind of row in the order of the vendor's samples")
    func fields() throws {
        let door = try SandboxDoor("seed=7&\(SandboxDoor.noon)")
        for (method, names, more) in [
            (.sentEmails, ["row_index", "transaction_id", "contact_id", "campaign_id", "date_sent", "email", "message_size", "sending_source"], []),
            (.undelivered, ["id", "campaign_id", "email", "contact_id", "reason", "create_date"], []),
            (.activities, ["id", "action_date", "contact_id", "campaign_id", "ip", "action_type"], ["remarks", "additional_data"]),
        ] as [(Inwise.Method, [String], [String])] {
            for row in try door.everything(method) {
                #expect(Array(row.names.prefix(names.count)) == names)
                let rest = row.names.dropFirst(names.count)
                #expect(rest.elementsEqual((more + ["external_id"]).filter { rest.contains($0) }))
            }
        }
    }
}

/// Bytes that no change of the generator may change unnoticed.
private enum KnownAccount {
    static let rows: [(Inwise.Method, Int, UInt64)] = [
        (.sentEmails, 830, 7_792_525_636_979_828_916), (.undelivered, 70, 426_493_219_342_276_680),
        (.activities, 373, 3_117_497_408_563_324_572),
    ]
    static let newestActivity = """
        [{"id":6907765758,"action_date":"2024-09-20 11:09:23","contact_id":426105768,"campaign_id":1962173,\
        "ip":"198.19.128.214","action_type":"emailOpened","external_id":"000264"}]
        """
    static let newestMail = """
        [{"row_index":6111940,"transaction_id":"2912767522f3c56285699","contact_id":426107147,"campaign_id":1962173,\
        "date_sent":"2024-09-18 13:34:15","email":"michal.gabay300@example.net","message_size":135,"sending_source":"Campaign"}]
        """

    /// FNV-1a of the rows' texts.
    static func hash(_ rows: [Row]) -> UInt64 {
        rows.reduce(0xcbf2_9ce4_8422_2325) { hash, row in
            row.json.utf8.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
    }
}
