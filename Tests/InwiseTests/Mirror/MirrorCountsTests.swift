// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// A mirror's file beside the rows that it must hold, as they come, change, and fail to come.
private final class CountedMirror {
    let folder = TemporaryFolder()
    private(set) var stores: [Store] = []
    var random: FixedSeed
    private var reference = RowKind.allCases.map { ReferenceRows($0) }
    private var pages: [(kind: RowKind, text: String)] = []
    private var lastID = 0

    init(seed: UInt64) throws {
        random = FixedSeed(seed)
        stores = [try open(), try open()]
    }

    private func open() throws -> Store { Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }

    /// One thing that happens to a mirror.
    func step() throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: stores[Int.random(in: 0...1, using: &random)] = try open()
        case 1:
            let kind = random.pick(RowKind.allCases), store = store
            try store.write { () throws(InwiseError) in try store.seal(kind) }
        case 2, 3: try fail()
        case 4, 5, 6:
            guard let page = pages.randomElement(using: &random) else { return }
            try take(page.kind, page.text)
        default:
            let kind = random.pick(RowKind.allCases), page = page(kind)
            pages.append((kind, page))
            try take(kind, page)
        }
    }

    private var store: Store { stores[random.once(in: 3) ? 1 : 0] }

    private func take(_ kind: RowKind, _ page: String) throws {
        let counts = try store.take(kind, page)
        let index = try #require(RowKind.allCases.firstIndex(of: kind))
        #expect(try reference[index].add(page) == counts.rows)
    }

    /// A transaction that comes to its end too early.
    private func fail() throws {
        let kind = random.pick(RowKind.allCases), (first, second) = (page(kind), page(kind)), store = store
        let error = #expect(throws: InwiseError.self) {
            try store.write { () throws(InwiseError) in
                _ = try store.intake.add(kind, .holding(first))
                throw InwiseError(.cancelled, "on purpose")
            }
        }
        #expect(error?.code == .cancelled)
        #expect(throws: InwiseError.self) { try store.take(kind, second.dropLast() + ",]") }
    }

    /// Rows of few campaigns and contacts; some have been there, and may have changed.
    private func page(_ kind: RowKind) -> String {
        let isNewestFirst = random.once(in: 2)
        var rows = (0..<random.pick([1, 1, 3, 60, 130])).map { _ in
            let id: Int
            if lastID > 0, random.once(in: 25) {
                id = Int.random(in: 1...lastID, using: &random)
            } else {
                lastID += 1
                id = lastID
            }
            return row(kind, random.once(in: 30) ? nil : id)
        }
        if isNewestFirst { rows.reverse() }
        return "[" + rows.joined(separator: ",") + "]"
    }

    private static let campaigns = [1, 1, 1, 2, 0, -5, .min, .max] as [Int64]
    private static let types = ["emailOpened", "emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailWebVersion", "emailPublicWebVersion", "emailReportSpam", "onSite", "emailPrinted", ""]

    private func row(_ kind: RowKind, _ id: Int?) -> String {
        var members: [String] = []
        if let id { members.append("\"\(kind.identityField)\":\(id)") }
        if !random.once(in: 40) { members.append("\"campaign_id\":\(random.pick(Self.campaigns))") }
        if !random.once(in: 40) { members.append("\"contact_id\":\(random.once(in: 20) ? random.pick(IDSetTests.edges) : Int64.random(in: 1...150, using: &random))") }
        if kind == .activities, !random.once(in: 40) { members.append("\"action_type\":\"\(random.pick(Self.types))\"") }
        if kind == .sentEmails { members.append("\"sending_source\":\"\(random.pick(["a", "b"]))\"") }
        return "{\(members.joined(separator: ","))}"
    }

    // MARK: Checking

    /// Holds each campaign's summary, as either store sees it, against a funnel of the rows.
    func check(_ what: String) throws {
        let funnel = Funnel()
        for rows in reference {
            let page = try ByteBuffer.holding("[" + rows.texts.joined(separator: ",") + "]")
            try withExtendedLifetime(page) { try funnel.add(rows.kind, page.bytes) }
        }
        for store in stores {
            for campaign in Set(Self.campaigns) {
                let counts = try CampaignSummary(of: campaign, in: store).json
                let summary = try funnel.summary(FunnelQuery(campaignID: campaign))
                for (field, value) in counts.members { #expect(summary[field] == value, "\(what): \(field) of \(campaign)") }
            }
        }
    }

    /// Holds the tables of counts against the rows.
    func checkTables() throws {
        let store = stores[0]
        for stream in try store.integers("SELECT id, campaign, type, rows, contacts FROM streams", columns: 5) {
            let (id, campaign, type) = (stream[0], stream[1], stream[2])
            let condition = switch type {
            case StreamType.sent: "sent WHERE"
            case StreamType.undelivered: "undelivered WHERE"
            case StreamType.none: "activities WHERE action_type IS NULL AND"
            case StreamType.webVersions: "activities WHERE action_type IN (SELECT id FROM names WHERE text IN ('emailWebVersion', 'emailPublicWebVersion')) AND"
            default: "activities WHERE action_type = \(type) AND"
            }
            let rows = try store.integers("SELECT count(*), count(DISTINCT contact) FROM \(condition) campaign = \(campaign)", columns: 2)
            #expect(rows == [[stream[3], stream[4]]], "\(type) of \(campaign)")
            let contacts = try store.integers("SELECT DISTINCT contact FROM \(condition) campaign = \(campaign) AND contact IS NOT NULL", columns: 1)
            let kept = try store.contacts(ofStream: id)
            #expect(kept.count == Set(kept).count && Set(kept) == Set(contacts.map { $0[0] }), "\(type) of \(campaign)")
        }
    }
}

extension Store {
    /// The contacts that the file has of a stream: gathered ones, and those in the log.
    func contacts(ofStream stream: Int64) throws -> [Int64] {
        var contacts: [Int64] = []
        for isLog in [false, true] {
            let select = try database.prepare(isLog ? "SELECT contacts FROM contact_log" : "SELECT contacts FROM contact_sets WHERE stream = \(stream) ORDER BY part")
            defer { select.reset() }
            while try select.step() {
                guard let bytes = select.blob(0) else { continue }
                var reader = ByteReader(bytes), list = IDList()
                while reader.remaining > 0 {
                    let owner = isLog ? reader.varint().map { Int64($0) } : stream
                    if let contact = list.next(&reader), owner == stream { contacts.append(contact) }
                }
            }
        }
        return contacts
    }
}

@Suite("A mirror's counts") struct MirrorCountsTests {
    @Test("are those of its rows, whatever has come, changed, failed, been opened again or come from another process", arguments: 1...10 as ClosedRange<UInt64>)
    func counts(seed: UInt64) throws {
        let mirror = try CountedMirror(seed: seed)
        for step in 1...240 {
            try mirror.step()
            if step.isMultiple(of: 20) || step < 12 { try mirror.check("seed \(seed), step \(step)") }
        }
        try mirror.checkTables()
    }

    @Test("outlive a row that changes right after the file was opened")
    func changedFirst() throws {
        let folder = TemporaryFolder()
        func store() throws -> Store { Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }
        _ = try store().take(.activities, #"[{"id":1,"campaign_id":1,"contact_id":1,"action_type":"emailOpened"},{"id":2,"campaign_id":2,"contact_id":7,"action_type":"emailOpened"}]"#)
        _ = try store().take(.activities, #"[{"id":1,"campaign_id":1,"contact_id":2,"action_type":"emailOpened"}]"#)
        let last = try store()
        _ = try last.take(.activities, #"[{"id":3,"campaign_id":2,"contact_id":7,"action_type":"emailOpened"},{"id":4,"campaign_id":1,"contact_id":1,"action_type":"emailOpened"}]"#)
        for campaign in [1, 2] as [Int64] {
            let counts = try CampaignSummary(of: campaign, in: last).counts
            #expect(counts.opens == 2 && counts.opensUnique == (campaign == 1 ? 2 : 1), "\(campaign)")
        }
    }

    @Test("outlive sent mails that come anew")
    func sentAnew() throws {
        let folder = TemporaryFolder()
        func store() throws -> Store { Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }
        let page = #"[{"id":1,"campaign_id":1,"contact_id":7,"action_type":"emailOpened"}]"#
        _ = try store().take(.activities, page)
        _ = try store().take(.sentEmails, #"[{"row_index":1,"campaign_id":1,"contact_id":7}]"#)
        let last = try store()
        try last.write { () throws(InwiseError) in try last.beginSentAnew() }
        _ = try last.take(.sentEmails, #"[{"row_index":1,"campaign_id":1,"contact_id":7},{"row_index":2,"campaign_id":1,"contact_id":8}]"#)
        _ = try last.take(.activities, page.replacing(":1,\"campaign", with: ":2,\"campaign"))
        let counts = try CampaignSummary(of: 1, in: last).counts
        #expect(counts.sent == 2 && counts.opens == 2 && counts.opensUnique == 1)
    }

    @Test("are gathered from their log now and then, and grow in parts")
    func gathered() throws {
        let folder = TemporaryFolder()
        var store = Store(try MirrorFile.open(folder["m.db"], readOnly: false))
        var last = 0
        for page in 0..<1100 {
            let size = page < 300 && page.isMultiple(of: 100) ? 2000 : 1
            let rows = (0..<size).map { _ in
                last += 1
                return "{\"id\":\(last),\"campaign_id\":1,\"contact_id\":\(last),\"action_type\":\"onSite\"}"
            }
            _ = try store.take(.activities, "[" + rows.joined(separator: ",") + "]")
            if page.isMultiple(of: 77) { store = Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }
            #expect(try store.integers("SELECT count(*) FROM contact_log", columns: 1)[0][0] < 256)
        }
        let kept = try store.contacts(ofStream: 1)
        #expect(Set(kept) == Set(1...Int64(last)) && kept.count == last)
        #expect(try CampaignSummary(of: 1, in: store).counts.onsiteUnique == Int64(last))
        #expect(try store.integers("SELECT part, length(contacts) FROM contact_sets WHERE stream = 1 ORDER BY part", columns: 2).count > 1)
    }

    @Test("that are damaged are a mirror that is, whatever the damage", arguments: [
        "UPDATE contact_sets SET contacts = x'80'", "UPDATE contact_sets SET contacts = x'ffffffffffffffffffff'", "UPDATE contact_sets SET contacts = 'text\u{FF}'",
        "UPDATE contact_log SET contacts = x'80'", "UPDATE contact_log SET contacts = x'0002'", "UPDATE contact_log SET contacts = x'ff0102'", "UPDATE contact_log SET contacts = x'01'",
        "UPDATE streams SET id = 77 WHERE id = 1", "DELETE FROM streams WHERE id = 1", "UPDATE names SET id = 50 WHERE id = 1", "DELETE FROM names WHERE id = 1",
    ])
    func damage(sql: String) throws {
        let folder = TemporaryFolder()
        func store() throws -> Store { Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }
        func page(_ id: Int) -> String { #"[{"id":\#(id),"campaign_id":1,"contact_id":\#(id),"action_type":"emailOpened"},{"id":\#(-id),"campaign_id":2,"contact_id":1}]"# }
        let first = try store()
        for id in 1...258 { _ = try first.take(.activities, page(id)) }
        try store().database.execute(sql)
        let error = #expect(throws: InwiseError.self) { try store().take(.activities, page(1000)) }
        #expect(error?.code == .store && error?.message.contains("damaged") == true)
    }

    @Test("of any number that damage left don't end the process", arguments: [Int64.max, .min, -1])
    func numbers(count: Int64) throws {
        let store = try Store()
        try store.finishFill()
        _ = try store.take(.activities, #"[{"id":1,"campaign_id":1,"contact_id":1}]"#)
        try store.write { () throws(InwiseError) in try store.database.execute("UPDATE streams SET rows = \(count), contacts = \(min(count, 9))") }
        store.tally.forget()
        _ = try store.take(.activities, #"[{"id":2,"campaign_id":1,"contact_id":2}]"#)
        #expect(try store.integers("SELECT rows FROM streams", columns: 1) == [[count &+ 1]])
    }
}
