// SPDX-License-Identifier: MIT

/// What has become of an event.
enum EventState: Int64 {
    /// It has no row.
    case kept = 0
    /// The service has not given its row. Until it does, one of the event's own counts, unless it waits for its place: see `ProvisionalRows`.
    case provisional = 1
    /// The service's own row is there.
    case confirmed = 2

    var name: StaticString {
        switch self {
        case .kept: "kept"
        case .provisional: "provisional"
        case .confirmed: "confirmed"
        }
    }
}

/// The events that webhooks told a mirror of, each once, in order of arrival.
struct WebhookEvents {
    private let store: Store

    init(_ store: Store) { self.store = store }

    /// An event's place, and whether it had not come before.
    struct Outcome {
        let id: Int64
        let isNew: Bool
        let state: EventState
    }

    /// Keeps an event. Inside a transaction that writes.
    func add(_ webhook: Webhook, received: WallTime) throws(InwiseError) -> Outcome {
        let text = webhook.text.bytes
        let hash = Int64(bitPattern: ByteHash.hash(text))
        if let known = try find(text, hash) { return known }
        let id = (try store.statement("SELECT max(id) FROM events").firstInteger() ?? 0) + 1
        let type = try store.names.number(of: webhook.trigger())
        var state = EventState.kept, key: Int64?
        if let row = webhook.row {
            let rows = ProvisionalRows(store)
            if try rows.hasUnclaimed(row.kind, row.identity, type: type) {
                state = .confirmed
            } else {
                state = .provisional
                if try rows.mayPut(row.kind, row.identity, event: id) {
                    key = try rows.put(row.kind, UnsafeRawBufferPointer(rebasing: text[row.range]), event: id)
                }
            }
        }
        let insert = try store.statement("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        let numbers = [id, hash, received.seconds, type, webhook.time?.seconds, webhook.campaign, webhook.contact]
        for (index, number) in numbers.enumerated() { try bind(insert, Int32(index + 1), number) }
        if let row = webhook.row { try insert.bind(8, row.kind.rawValue) } else { try insert.bindNull(8) }
        try insert.bind(9, state.rawValue)
        try bind(insert, 10, key)
        try insert.bind(11, lasting: text)
        defer { insert.clear() }
        try insert.run()
        return withExtendedLifetime(webhook.text) { Outcome(id: id, isNew: true, state: state) }
    }

    private func bind(_ statement: Statement, _ index: Int32, _ number: Int64?) throws(InwiseError) {
        if let number { try statement.bind(index, number) } else { try statement.bindNull(index) }
    }

    private func find(_ text: UnsafeRawBufferPointer, _ hash: Int64) throws(InwiseError) -> Outcome? {
        let select = try store.statement("SELECT id, state, event FROM events WHERE hash = ?1")
        try select.bind(1, hash)
        defer { select.reset() }
        while try select.step() {
            guard let known = select.text(2), known.isSame(as: text) else { continue }
            return Outcome(id: select.integer(0), isNew: false, state: EventState(rawValue: select.integer(1)) ?? .kept)
        }
        return nil
    }

    // MARK: Reading

    /// Bytes after which a page ends: events can be large.
    private static let longestPage = 4 << 20

    /// Events behind one, a page at the most, as a JSON array, and the id of the last; nil when there are no more.
    func events(_ query: EventQuery, after id: Int64, size: Int) throws(InwiseError) -> (text: ByteBuffer, count: Int, last: Int64)? {
        var condition = "id > ?"
        var values: [Statement.Value] = [.integer(id)]
        func add(_ term: String, _ value: Statement.Value) {
            condition += " AND " + term
            values.append(value)
        }
        if let campaign = query.campaignID { add("campaign = ?", .integer(campaign)) }
        if let contact = query.contactID { add("contact = ?", .integer(contact)) }
        if let type = query.triggerType {
            guard let number = try store.names.existing(type) else { return nil }
            add("type = ?", .integer(number))
        }
        if let from = query.dateFrom.flatMap({ DateText($0) }) { add("date >= ?", .integer(WallTime(first: from).seconds)) }
        if let to = query.dateTo.flatMap({ DateText($0) }) { add("date <= ?", .integer(WallTime(last: to).seconds)) }
        let select = try store.statement("SELECT id, state, received, event FROM events WHERE \(condition) ORDER BY id LIMIT ?")
        try select.bind(values + [.integer(Int64(size))])
        defer { select.reset() }
        let text = ByteBuffer()
        var count = 0, last = id
        try text.append(ASCII.bracketOpen)
        while text.count < Self.longestPage, try select.step() {
            guard let event = select.text(3), event.count > 2, event.last == ASCII.braceClose, JSONScanner.areMembers(UnsafeRawBufferPointer(rebasing: event.dropFirst().dropLast())) else {
                throw InwiseError(.store, "The mirror is damaged: an event in it can't be read. Move the file away and sync anew, but keep it: other events of webhooks can be had from it alone.")
            }
            if count > 0 { try text.append(ASCII.comma) }
            last = select.integer(0)
            try EventText.append(event, id: last, isNew: nil, state: EventState(rawValue: select.integer(1)) ?? .kept,
                received: WallTime(seconds: select.integer(2)), to: text)
            count += 1
        }
        try text.append(ASCII.bracketClose)
        guard JSONScanner.isUTF8(text.bytes) else {
            throw InwiseError(.store, "The mirror is damaged: a text in it can't be read. Move the file away and sync anew.")
        }
        return count > 0 ? (text, count, last) : nil
    }
}

/// An event's JSON text, with what the mirror knows of it.
enum EventText {
    static func append(
        _ event: UnsafeRawBufferPointer, id: Int64, isNew: Bool?, state: EventState, received: WallTime?, to text: ByteBuffer
    ) throws(InwiseError) {
        try text.append(UnsafeRawBufferPointer(rebasing: event.dropLast()))
        try text.append(",\"event_id\":\(id)")
        if let isNew { try text.append(isNew ? ",\"new\":true" : ",\"new\":false") }
        try text.append(",\"state\":\"")
        try text.append(state.name)
        if let received { try text.append("\",\"received\":\"\(received.text)") }
        try text.append("\"}")
    }

    /// The row in an event, which is its last member.
    static func row(in event: ByteBuffer) throws(InwiseError) -> UnsafeRawBufferPointer? {
        let text = event.bytes
        do {
            var json = JSONScanner(text)
            json.position = 1
            json.skipWhitespace()
            while json.byte == ASCII.quote {
                let name = try json.key()
                let start = json.position
                try json.skipValue(inside: 1)
                if UnsafeRawBufferPointer(rebasing: text[name.start..<(name.start + name.length)]).isSame(as: ("row" as StaticString).bytes) {
                    return UnsafeRawBufferPointer(rebasing: text[start..<json.position])
                }
                guard json.byte == ASCII.comma else { break }
                json.position += 1
            }
        } catch {}
        return nil
    }
}
