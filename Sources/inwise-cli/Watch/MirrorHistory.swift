// SPDX-License-Identifier: MIT

internal import Inwise

/// Reads of a mirror when its rows came, beside the sync that writes it.
struct MirrorHistory {
    private let mirror: MirrorFile
    private let methods: [Method]
    /// The newest rows when they were looked at last.
    private var known: Set<[UInt8]>?

    init(_ mirror: MirrorFile, _ methods: [Method]) {
        self.mirror = mirror
        self.methods = methods
    }

    /// The dates of all rows from a date on.
    func dates(from date: Int64, _ interrupt: InterruptWatch) throws -> [Int64] {
        let client = try mirror.open(.reading)
        defer { client.close() }
        var dates: [Int64] = []
        for method in methods {
            let cursor = try client.cursor(method, Query(dateFrom: UTC.queryText(date)))
            while let page = try cursor.nextRows() {
                try interrupt.check()
                Self.eachRow(of: page, method) { _, date in dates.append(date) }
            }
        }
        return dates
    }

    /// The dates of the newest rows that were not there the last time; at first of none.
    mutating func newDates(from date: Int64) throws -> [Int64] {
        guard let method = methods.first(where: { $0 == .activities }) ?? methods.first else { return [] }
        let client = try mirror.open(.reading)
        defer { client.close() }
        let page = try client.answer(method, Query(dateFrom: UTC.queryText(date), pageSize: 1000))
        var dates: [Int64] = []
        var rows: Set<[UInt8]> = []
        Self.eachRow(of: page, method) { id, date in
            rows.insert(id)
            if let known, !known.contains(id) { dates.append(date) }
        }
        known = rows
        return dates
    }

    /// Visits the rows of a page that have an id and a date.
    private static func eachRow(of page: ByteBuffer, _ method: Method, _ body: (_ id: [UInt8], _ date: Int64) -> Void) {
        guard let kind = method.rowKind else { return }
        let (idName, dateName) = (quoted(kind.identityField), quoted(dateField(of: kind)))
        withExtendedLifetime(page) {
            let text = JSONText(page.bytes)
            text.eachElement { row in
                var id: Range<Int>?
                var date: Range<Int>?
                text.eachMember(of: row) { name, value in
                    if text.slice(name).elementsEqual(idName) { id = value }
                    if text.slice(name).elementsEqual(dateName) { date = value }
                }
                guard let id, let date, let time = LocalDateTime(String(decoding: text.characters(date), as: UTF8.self)) else { return }
                body(Array(text.slice(id)), time.secondsSince1970)
            }
        }
    }

    private static func dateField(of kind: RowKind) -> StaticString {
        switch kind {
        case .activities: "action_date"
        case .sentEmails: "date_sent"
        case .undelivered: "create_date"
        }
    }

    private static func quoted(_ name: StaticString) -> [UInt8] { Array("\"\(name)\"".utf8) }
}
