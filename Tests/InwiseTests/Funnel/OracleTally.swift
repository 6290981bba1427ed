// SPDX-License-Identifier: MIT

@testable import Inwise

/// What the rows of a group add up to.
struct OracleTally {
    private var sent: Int64 = 0
    private var undelivered: Int64 = 0
    // By types' bytes: as `String`s, two that differ may be one.
    private var counts: [[UInt8]: Int64] = [:]
    private var contacts: [[UInt8]: Set<FunnelOracle.Recipient>] = [:]

    /// - Parameter times: how often each row counts.
    init(_ rows: [FunnelRow], _ times: Int64) {
        for row in rows {
            switch row.kind {
            case .sentEmails: sent += times
            case .undelivered: undelivered += times
            case .activities:
                let type = Array((row.type == "emailPublicWebVersion" ? "emailWebVersion" : row.type ?? "").utf8)
                counts[type, default: 0] += times
                if let recipient = row.recipient { contacts[type, default: []].insert(recipient) }
            }
        }
    }

    private func count(_ type: String) -> Int64 { counts[Array(type.utf8)] ?? 0 }
    private func unique(_ type: String) -> Int64 { Int64(contacts[Array(type.utf8)]?.count ?? 0) }

    /// The 15 fields, the other types and the rates.
    var members: [(name: String, value: JSON)] {
        func both(_ field: String, _ type: String) -> [(name: String, value: JSON)] {
            [(field, .integer(count(type))), (field + "_unique", .integer(unique(type)))]
        }
        let known = Set(FunnelRow.knownTypes.map { Array($0.utf8) })
        let others = counts.keys.filter { !known.contains($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        return both("opens", "emailOpened") + both("clicks", "emailClicked") + [("sent", .integer(sent)), ("undelivered", .integer(undelivered))]
            + both("bounces", "emailBounced") + [("webversions_unique", .integer(unique("emailWebVersion")))] + both("unsubscribes", "emailUnsubscribed")
            + both("report_spam", "emailReportSpam") + both("onsite", "onSite")
            + [("types", .object(others.map { type in
                let name = String(decoding: type, as: UTF8.self)
                return (name, .object([("count", .integer(count(name))), ("unique", .integer(unique(name)))]))
            })), ("rates", rates)]
    }

    private var rates: JSON {
        let delivered = sent - unique("emailBounced")
        func rate(_ part: String, _ whole: Int64) -> JSON { whole > 0 ? .real(Double(unique(part)) / Double(whole)) : .null }
        return .object([
            ("delivered", sent > 0 ? .integer(delivered) : .null), ("open_rate", rate("emailOpened", delivered)), ("click_rate", rate("emailClicked", delivered)),
            ("click_to_open_rate", rate("emailClicked", unique("emailOpened"))), ("bounce_rate", rate("emailBounced", sent)),
            ("unsubscribe_rate", rate("emailUnsubscribed", delivered)), ("spam_rate", rate("emailReportSpam", delivered)),
        ])
    }
}

/// How long the recipients among some rows took.
struct OracleTimes {
    /// By type of activity; nil has the mails.
    private var firsts: [String?: [FunnelOracle.Recipient: Int64]] = [:]

    init(_ rows: [FunnelRow]) {
        for row in rows {
            guard let recipient = row.recipient, let date = row.date, row.kind != .undelivered else { continue }
            let what: String? = row.kind == .sentEmails ? nil : row.type ?? ""
            firsts[what, default: [:]][recipient, default: date] = min(firsts[what]?[recipient] ?? date, date)
        }
    }

    var members: [(name: String, value: JSON)] {
        [("time_to_open", json("emailOpened")), ("time_to_click", json("emailClicked"))]
    }

    private func json(_ type: String) -> JSON {
        let sent = firsts[nil] ?? [:]
        let seconds = (firsts[type] ?? [:]).compactMap { recipient, date in sent[recipient].map { max(date - $0, 0) } }
        guard !seconds.isEmpty else { return .null }
        let quantiles: [(name: String, value: JSON)] = [10, 25, 50, 75, 90].map { percent in
            // The shortest time within which that share did it.
            let time = seconds.sorted().first { time in seconds.count { $0 <= time } * 100 >= percent * seconds.count }
            return ("p\(percent)", time.map { .integer($0) } ?? .null)
        }
        return .object([("contacts", .integer(Int64(seconds.count)))] + quantiles)
    }
}
