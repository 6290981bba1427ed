// SPDX-License-Identifier: MIT

@testable import Inwise

/// The funnel as anybody would write it, with dictionaries and sets: every summary that `inwise.h` describes.
struct FunnelOracle {
    /// A contact of a campaign.
    struct Recipient: Hashable {
        var campaign: Int64?
        var contact: Int64
    }

    let rows: [FunnelRow]
    /// How often each row counts.
    let times: Int64
    private var domains: [Int64: [UInt8]] = [:]
    private var sources: [Recipient: [UInt8]] = [:]

    init(_ rows: [FunnelRow], times: Int64 = 1) {
        self.rows = rows
        self.times = times
        // The latest address that has a domain; of two of a second the greater.
        let mailed = rows.filter { $0.kind != .activities && $0.contact != nil && $0.domain != nil }
        for row in mailed.sorted(by: { isBefore(($0.date ?? 0, $0.domain ?? []), ($1.date ?? 0, $1.domain ?? [])) }) { domains[row.contact ?? 0] = row.domain }
        // The earliest mail that names a source; of two of a second the lesser. One without a date comes after all others.
        let sent = rows.filter { $0.kind == .sentEmails && $0.recipient != nil && $0.source != nil }
        for row in sent.sorted(by: { isBefore(($1.date ?? .max, $1.sourceBytes ?? []), ($0.date ?? .max, $0.sourceBytes ?? [])) }) {
            if let recipient = row.recipient { sources[recipient] = row.sourceBytes }
        }
    }

    // MARK: - Answers

    func summary(_ query: FunnelQuery = FunnelQuery()) -> String {
        let rows = rows.filter { isWanted($0, by: query) }
        var members = OracleTally(rows, times).members + OracleTimes(rows).members
        guard let group = query.groupBy else { return JSON.object(members).text }
        let groups = Dictionary(grouping: rows) { name(of: $0, by: group) }.sorted { $0.key < $1.key }
        let label = group == .campaign ? "campaign_id" : group.rawValue
        members.append(("groups", .array(groups.map { name, rows in
            .object([(label, name.json)] + OracleTally(rows, times).members + (group == .campaign ? OracleTimes(rows).members : []))
        })))
        return JSON.object(members).text
    }

    private func isWanted(_ row: FunnelRow, by query: FunnelQuery) -> Bool {
        if let campaign = query.campaignID, row.campaign != campaign { return false }
        if query.dateFrom == nil, query.dateTo == nil { return true }
        guard let date = row.date else { return false }
        if let from = query.dateFrom, date < TestTime.seconds(from) { return false }
        if let to = query.dateTo, date > TestTime.seconds(to) + (to.utf8.count == 10 ? 86_399 : 0) { return false }
        return true
    }

    private func name(of row: FunnelRow, by group: FunnelQuery.Group) -> OracleName {
        switch group {
        case .campaign: row.campaign.map { .id($0) } ?? .none
        case .day: row.date.map { .text(Array(TestTime.text($0).utf8.prefix(10))) } ?? .none
        case .hour: row.date.map { .text(Array(TestTime.text($0).utf8.prefix(13)) + Array(":00:00".utf8)) } ?? .none
        case .sendingSource where row.kind == .sentEmails: row.sourceBytes.map { .text($0) } ?? .none
        case .sendingSource: row.recipient.flatMap { sources[$0] }.map { .text($0) } ?? .none
        case .domain: row.contact.flatMap { domains[$0] }.map { .text($0) } ?? .none
        }
    }
}

/// A group's name. Texts are compared by their bytes; none comes last.
enum OracleName: Hashable, Comparable {
    case id(Int64)
    case text([UInt8])
    case none

    var json: JSON {
        switch self {
        case .id(let id): .integer(id)
        case .text(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .none: .null
        }
    }

    static func < (left: OracleName, right: OracleName) -> Bool {
        switch (left, right) {
        case (.id(let left), .id(let right)): left < right
        case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
        default: left != .none && right == .none
        }
    }
}

extension FunnelRow {
    var recipient: FunnelOracle.Recipient? { contact.map { FunnelOracle.Recipient(campaign: campaign, contact: $0) } }
    var sourceBytes: [UInt8]? { source.map { Array($0.utf8) } }

    /// What stands behind the last @, in lower case.
    var domain: [UInt8]? {
        guard let bytes = email.map({ Array($0.utf8) }), let at = bytes.lastIndex(of: UInt8(ascii: "@")), at + 1 < bytes.count else { return nil }
        return bytes[(at + 1)...].map { (65...90).contains($0) ? $0 + 32 : $0 }
    }
}

private func isBefore(_ left: (Int64, [UInt8]), _ right: (Int64, [UInt8])) -> Bool {
    left.0 != right.0 ? left.0 < right.0 : left.1.lexicographicallyPrecedes(right.1)
}
