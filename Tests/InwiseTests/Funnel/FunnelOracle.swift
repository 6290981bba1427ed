// SPDX-License-Identifier: MIT

@testable import Inwise

/// A row as a test makes it, and the funnel as anybody would write it: a dictionary and sets.
struct FunnelRow {
    var kind: RowKind
    var campaign: Int64?
    var contact: Int64?
    var type: String?

    static let knownTypes = [
        "emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailWebVersion", "emailPublicWebVersion", "emailReportSpam", "onSite",
    ]

    /// - Parameter others: how many types without a field there are.
    static func random(_ count: Int, others: Int, _ random: inout FixedSeed) -> [FunnelRow] {
        let types = knownTypes + (0..<others).map { "other \($0) \"é\u{5D0}" }
        return (0..<count).map { _ in
            FunnelRow(
                kind: random.pick([.activities, .activities, .activities, .activities, .sentEmails, .undelivered]),
                campaign: random.once(in: 12) ? nil : random.pick([1, 2, 3, -5, 1_958_368, .max]),
                contact: random.once(in: 15) ? nil : Int64.random(in: -40...40, using: &random) &* (random.once(in: 2) ? 1 : 0x1_0000_0001),
                type: random.once(in: 30) ? nil : random.pick(types))
        }
    }

    /// The row as JSON, in one of the ways in which services may write it.
    func text(_ random: inout FixedSeed) -> String {
        var members: [String] = []
        func id(_ name: String, _ value: Int64?, _ random: inout FixedSeed) {
            guard let value else {
                if random.once(in: 2) { members.append("\"\(name)\":\(random.pick(["null", "1.5", "\"x\"", "\"\"", "{\"\(name)\":1}"]))") }
                return
            }
            if random.once(in: 8) { members.append("\"\(name)\":\(random.pick(["null", "77", "\"78\""]))") }
            members.append(random.once(in: 3) ? "\"\(name)\":\"\(value)\"" : "\"\(name)\" : \(value)")
        }
        id("campaign_id", campaign, &random)
        if random.once(in: 4) { members.append("\"note\":[{\"action_type\":\"emailOpened\"}]") }
        if let type {
            let quoted = "\"\(type.replacing("\"", with: "\\\""))\""
            members.append("\"action_type\":\(random.once(in: 5) ? quoted.replacing("e", with: "\\u0065").replacing("\u{5D0}", with: "\\u05d0") : quoted)")
        }
        id("contact_id", contact, &random)
        return "{\(members.joined(separator: random.once(in: 2) ? "," : " ,\n"))}"
    }
}

struct FunnelOracle {
    private struct Contact: Hashable {
        var campaign: Int64?
        var contact: Int64
    }

    private var sent: Int64 = 0
    private var undelivered: Int64 = 0
    private var counts: [String: Int64] = [:]
    private var contacts: [String: Set<Contact>] = [:]

    init(_ rows: [FunnelRow], campaign: Int64? = nil) {
        for row in rows where campaign == nil || row.campaign == campaign {
            switch row.kind {
            case .sentEmails: sent += 1
            case .undelivered: undelivered += 1
            case .activities:
                let type = row.type == "emailPublicWebVersion" ? "emailWebVersion" : row.type ?? ""
                counts[type, default: 0] += 1
                if let contact = row.contact { contacts[type, default: []].insert(Contact(campaign: row.campaign, contact: contact)) }
            }
        }
    }

    func count(_ type: String) -> Int64 { counts[type] ?? 0 }
    func unique(_ type: String) -> Int64 { Int64(contacts[type]?.count ?? 0) }

    var summary: String {
        var members: [(String, JSON)] = []
        func both(_ field: String, _ type: String) {
            members.append((field, .integer(count(type))))
            members.append((field + "_unique", .integer(unique(type))))
        }
        both("opens", "emailOpened")
        both("clicks", "emailClicked")
        members.append(("sent", .integer(sent)))
        members.append(("undelivered", .integer(undelivered)))
        both("bounces", "emailBounced")
        members.append(("webversions_unique", .integer(unique("emailWebVersion"))))
        both("unsubscribes", "emailUnsubscribed")
        both("report_spam", "emailReportSpam")
        both("onsite", "onSite")
        let others = counts.keys.filter { !FunnelRow.knownTypes.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        members.append(("types", .object(others.map { ($0, .object([("count", .integer(count($0))), ("unique", .integer(unique($0)))])) })))
        let delivered = sent - unique("emailBounced")
        func rate(_ part: String, _ whole: Int64) -> JSON { whole > 0 ? .real(Double(unique(part)) / Double(whole)) : .null }
        members.append(("rates", .object([
            ("delivered", sent > 0 ? .integer(delivered) : .null), ("open_rate", rate("emailOpened", delivered)), ("click_rate", rate("emailClicked", delivered)),
            ("click_to_open_rate", rate("emailClicked", unique("emailOpened"))), ("bounce_rate", rate("emailBounced", sent)),
            ("unsubscribe_rate", rate("emailUnsubscribed", delivered)), ("spam_rate", rate("emailReportSpam", delivered)),
        ])))
        members.append(("time_to_open", .null))
        members.append(("time_to_click", .null))
        return JSON.object(members.map { ($0.0, $0.1) }).text
    }
}

extension Funnel {
    func summaryText(campaign: Int64? = nil) -> String {
        (try? summary(FunnelQuery(campaignID: campaign)).text) ?? "no summary"
    }

    func add(_ kind: RowKind, _ text: String) throws {
        let bytes = Array(text.utf8)
        try bytes.withUnsafeBytes { raw in try add(kind, raw) }
    }

    /// Adds rows of all kinds, in pages of one kind each.
    func add(_ rows: [FunnelRow], _ random: inout FixedSeed) throws {
        for kind in RowKind.allCases {
            let texts = rows.filter { $0.kind == kind }.map { $0.text(&random) }
            try add(kind, "[\(texts.joined(separator: ", "))]")
        }
    }
}
