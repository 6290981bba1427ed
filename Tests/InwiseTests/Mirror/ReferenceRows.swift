// SPDX-License-Identifier: MIT

import CJansson
import Glibc

@testable import Inwise

/// A mirror as anybody would write it, with dictionaries: each row once, by what makes it itself.
struct ReferenceRows {
    let kind: RowKind
    /// Rows that lie where their id says.
    private var rows: [Int64: Reference] = [:]
    /// How many like rows there are that go by all their values, by these.
    private var others: [String: Int] = [:]

    private struct Reference {
        let text: String
        let campaign: Int64?
        let contact: Int64?
        let date: Int64?
    }

    init(_ kind: RowKind) { self.kind = kind }

    /// All rows, each as text whose members are sorted, in any order.
    var texts: [String] { rows.values.map(\.text) + others.flatMap { Array(repeating: $0, count: $1) } }

    /// Takes a page in; gives what became of its rows.
    mutating func add(_ page: String) throws -> RowCounts {
        let tree = try Self.tree(page)
        return withExtendedLifetime(tree) {
            var (counts, met) = (RowCounts(), [String: Int]())
            for node in tree.rows ?? [] { counts += add(node, &met) }
            return counts
        }
    }

    private mutating func add(_ node: Jansson.Node, _ met: inout [String: Int]) -> RowCounts {
        Jansson.unquoteIDs(of: node)
        let date = Jansson.text(Self.date(kind), of: node).flatMap(Self.seconds)
        let row = Reference(
            text: Self.text(node), campaign: Jansson.integer("campaign_id", of: node), contact: Jansson.integer("contact_id", of: node), date: date)
        if let id = Jansson.integer(kind.identityField, of: node), RowKey.of(id: id) != nil {
            guard let known = rows[id] else {
                rows[id] = row
                return RowCounts(fetched: 1, new: 1)
            }
            let isMoved = known.campaign != row.campaign || known.contact != row.contact || known.date != row.date
            if kind != .sentEmails || !isMoved {
                rows[id] = row
                return RowCounts(fetched: 1, repeated: 1, repaired: known.text == row.text ? 0 : 1)
            }
        }
        met[row.text, default: 0] += 1
        guard met[row.text, default: 0] > others[row.text, default: 0] else { return RowCounts(fetched: 1, repeated: 1) }
        others[row.text, default: 0] += 1
        return RowCounts(fetched: 1, new: 1)
    }

    // MARK: Reading

    static func tree(_ page: String) throws -> Jansson {
        guard let tree = Jansson(Array(page.utf8)), tree.rows != nil else { throw InwiseError(.internal, "No page: \(page.prefix(2000))") }
        return tree
    }

    /// The rows of a page, each as text whose members are sorted.
    static func texts(_ page: String) throws -> [String] {
        let tree = try tree(page)
        return withExtendedLifetime(tree) { (tree.rows ?? []).map(text) }
    }

    private static func text(_ node: Jansson.Node) -> String {
        guard let bytes = json_dumps(node, Int(JSON_SORT_KEYS | JSON_COMPACT)) else { return "" }
        defer { free(bytes) }
        return String(cString: bytes)
    }

    private static func date(_ kind: RowKind) -> StaticString {
        switch kind {
        case .sentEmails: "date_sent"
        case .undelivered: "create_date"
        case .activities: "action_date"
        }
    }

    private static func seconds(_ text: [UInt8]) -> Int64? {
        var time = EventTime()
        return text.withUnsafeBytes { time.wallTime(of: $0) }
    }
}

extension Store {
    /// Takes a page in, in one transaction.
    func take(_ kind: RowKind, _ page: String, _ view: PageView = PageView()) throws(InwiseError) -> PageCounts {
        try write { () throws(InwiseError) in try intake.add(kind, .holding(page), view) }
    }

    /// Every row of a sealed kind, undated ones too, as text whose members are sorted.
    func everything(_ kind: RowKind) throws -> [String] {
        let feed = RecentFeed(self)
        var (place, texts) = (RecentFeed.Place.beginning, [String]())
        while true {
            let answer = try feed.rows(kind, after: place, .numbers)
            let rows = try ReferenceRows.texts(answer.text.text)
            guard !rows.isEmpty else { return texts }
            texts += rows
            place = answer.place
        }
    }

    /// The rows of a statement, as integers; 0 for null.
    func integers(_ sql: String, columns: Int) throws -> [[Int64]] {
        let select = try database.prepare(sql)
        defer { select.reset() }
        var rows: [[Int64]] = []
        while try select.step() { rows.append((0..<columns).map { select.integer(Int32($0)) }) }
        return rows
    }
}

extension ByteBuffer {
    static func holding(_ text: String) throws(InwiseError) -> ByteBuffer {
        let buffer = ByteBuffer()
        try buffer.append(text)
        return buffer
    }
}
