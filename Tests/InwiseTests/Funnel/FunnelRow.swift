// SPDX-License-Identifier: MIT

internal import Glibc

@testable import Inwise

/// A row as a test makes it: what it says, which `text` then dresses in one of the ways in which services may write it.
struct FunnelRow {
    var kind: RowKind
    var campaign: Int64?
    var contact: Int64?
    var type: String?
    /// Seconds since 1970; nil for a date that is missing or none.
    var date: Int64?
    var source: String?
    var email: String?

    static let knownTypes = [
        "emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailWebVersion", "emailPublicWebVersion", "emailReportSpam", "onSite",
    ]
    static let campaigns: [Int64] = [1, 2, -5, 1_958_368, .max]
    static let sources = ["Campaign", "Automation", "", "caf\u{E9}", "cafe\u{301}", "a \"b\" \\c"]
    static let emails = [
        "a@example.com", "B@Example.COM", "c@example.org", "d@b\u{FC}cher.example", "\"e@e\"@f.example", "g@mail.example.com", "nobody", "at@", "@h.example",
    ]
    /// 2024-09-01 23:30:00, so that a day ends near the first of them.
    static let monday: Int64 = 1_725_233_400

    /// - Parameter others: how many types without a field there are.
    static func random(_ count: Int, others: Int = 3, _ random: inout FixedSeed) -> [FunnelRow] {
        let types = knownTypes + ["emailOpened", "emailClicked"] + (0..<others).map { "other \($0) \"\u{E9}\u{5D0}" }
        return (0..<count).map { _ in
            FunnelRow(
                kind: random.pick([.activities, .activities, .activities, .sentEmails, .sentEmails, .undelivered]),
                campaign: random.once(in: 12) ? nil : random.pick(campaigns),
                contact: random.once(in: 15) ? nil : Int64.random(in: -30...30, using: &random) &* (random.once(in: 2) ? 1 : 0x1_0000_0001),
                type: random.once(in: 30) ? nil : random.pick(types), date: date(&random),
                source: random.once(in: 5) ? nil : random.pick(sources), email: random.once(in: 5) ? nil : random.pick(emails))
        }
    }

    private static func date(_ random: inout FixedSeed) -> Int64? {
        if random.once(in: 10) { return nil }
        // The first and the last second that a funnel knows, and a day without a time.
        if random.once(in: 40) { return random.pick([1, Int64(UInt32.max)]) }
        if random.once(in: 10) { return (monday / 86_400 + Int64.random(in: -1...3, using: &random)) * 86_400 }
        return monday + Int64.random(in: 0..<4, using: &random) * 43_200 + Int64.random(in: 0..<3600, using: &random) * Int64.random(in: 0...1, using: &random)
    }

    // MARK: - Text

    /// Dates that are none, or beyond those that a funnel knows.
    static let unreadable = [
        "null", "5", "1.5", "true", "[]", "{}", "\"\"", "\"x\"", "\"2024-02-30 10:00:00\"", "\"0000-00-00 00:00:00\"", "\"2200-01-01 00:00:00\"",
        "\"1970-01-01\"", "\"1970-01-01 00:00:00\"", "\"1969-12-31 23:59:59\"", "\"2106-02-07 06:28:16\"", "\"2024-09-02 24:00:00\"",
        "\"2024-09-02 10:60:00\"", "\"2024-09-02 23:59:60\"", "\"2024-9-2 10:00:00\"", "\"2024-09-02 10:00:00Z\"", "\"2024-09-02 10:00\"",
        "\"2024/09/02 10:00:00\"", "\"02-09-2024 10:00:00\"", "\"2024-13-02\"", "\"2024-00-02\"", "\"2024-09-31\"", "\"2023-02-29 10:00:00\"",
        "\" 2024-09-02\"", "\"2024-09-02t10:00:00\"", "\"2024-09-02 1a:00:00\"", "\"2024-09-02 10-00-00\"", "\"2024\\u000109-02\"", "\"2024-09-0\u{E9}\"",
    ]

    /// The row as JSON.
    func text(_ random: inout FixedSeed) -> String {
        var members: [String] = []
        integer("campaign_id", campaign, &members, &random)
        if random.once(in: 4) { members.append("\"note\":[{\"action_type\":\"emailOpened\"}]") }
        let dates: [RowKind: String] = [.sentEmails: "date_sent", .undelivered: "create_date", .activities: "action_date"]
        for (kind, name) in dates.sorted(by: { $0.value < $1.value }) {
            // What another kind's field says is of no account.
            if kind != self.kind, random.once(in: 4) { members.append("\"\(name)\":\"2024-09-02 10:00:00\"") }
        }
        if let date {
            if random.once(in: 8) { members.append("\"\(dates[kind] ?? "")\":\(random.pick(Self.unreadable))") }
            string(dates[kind] ?? "", Self.text(ofDate: date, &random), &members, &random)
        } else if random.once(in: 5) == false {
            members.append("\"\(dates[kind] ?? "")\":\(random.pick(Self.unreadable))")
        }
        string("action_type", type, &members, &random)
        string("sending_source", source, &members, &random)
        string("email", email, &members, &random)
        integer("contact_id", contact, &members, &random)
        return "{\(members.joined(separator: random.once(in: 2) ? "," : " ,\n"))}"
    }

    private static func text(ofDate seconds: Int64, _ random: inout FixedSeed) -> String {
        let text = TestTime.text(seconds)
        if seconds % 86_400 == 0, random.once(in: 2) { return String(text.prefix(10)) }
        return random.once(in: 6) ? text.replacing(" ", with: "T") : text
    }

    private func integer(_ name: String, _ value: Int64?, _ members: inout [String], _ random: inout FixedSeed) {
        guard let value else {
            if random.once(in: 2) { members.append("\"\(name)\":\(random.pick(["null", "1.5", "\"x\"", "\"\"", "{\"\(name)\":1}"]))") }
            return
        }
        // Of a key that comes twice the last counts.
        if random.once(in: 8) { members.append("\"\(name)\":\(random.pick(["null", "77", "\"78\""]))") }
        members.append(random.once(in: 3) ? "\"\(name)\":\"\(value)\"" : "\"\(name)\" : \(value)")
    }

    private func string(_ name: String, _ value: String?, _ members: inout [String], _ random: inout FixedSeed) {
        guard let value else {
            if random.once(in: 2) { members.append("\"\(name)\":\(random.pick(["null", "7", "[\"x\"]"]))") }
            return
        }
        if random.once(in: 10) { members.append("\"\(name)\":\"lost\"") }
        let quoted = "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        let escapes: [Character: String] = ["e": "\\u0065", "0": "\\u0030", "\u{5D0}": "\\u05d0", "@": "\\u0040"]
        let escaped = quoted.map { escapes[$0] ?? String($0) }.joined()
        members.append("\"\(name)\":\(random.once(in: 5) ? escaped : quoted)")
    }
}

/// Seconds and dates by the C library, which knows nothing of `WallTime`.
enum TestTime {
    static func text(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var bytes = [CChar](repeating: 0, count: 32)
        strftime(&bytes, bytes.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Parameter text: a date that exists.
    static func seconds(_ text: String) -> Int64 {
        let numbers = text.split { "- :".contains($0) }.compactMap { Int32($0) } + [0, 0, 0]
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        return Int64(timegm(&parts))
    }
}

extension Funnel {
    func add(_ kind: RowKind, _ text: String) throws {
        let bytes = Array(text.utf8)
        try bytes.withUnsafeBytes { raw in try add(kind, raw) }
    }

    /// Adds rows in random pages of one kind each.
    func add(_ rows: [FunnelRow], _ random: inout FixedSeed) throws {
        var rest = rows[...]
        while !rest.isEmpty {
            let page = rest.prefix(Int.random(in: 1...200, using: &random))
            rest = rest.dropFirst(page.count)
            for kind in RowKind.allCases.shuffled(using: &random) {
                let texts = page.filter { $0.kind == kind }.map { $0.text(&random) }
                try add(kind, "[\(texts.joined(separator: ", "))]")
            }
        }
    }

    convenience init(_ rows: [FunnelRow], _ random: inout FixedSeed) throws {
        self.init()
        try add(rows, &random)
    }

    func summaryText(campaign: Int64? = nil) -> String { summaryText(FunnelQuery(campaignID: campaign)) }

    func summaryText(_ query: FunnelQuery) -> String { (try? summary(query).text) ?? "no summary" }

    var savedBytes: [UInt8] { get throws { RowText.copy(try save()) } }

    static func load(_ bytes: [UInt8]) throws -> Funnel {
        try bytes.withUnsafeBytes { raw in try Funnel(loading: raw) }
    }
}
