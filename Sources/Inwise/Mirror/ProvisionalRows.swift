// SPDX-License-Identifier: MIT

/// Rows that webhooks told of and that the service has not given yet. They lie among the others and count as they do, each until the
/// service's own row comes.
///
/// Some wait for their place. While a first fill goes on nothing tells quickly whether the service's row is there already: they are put once it
/// is done. And of one contact in one second there are never more than `mostAtATime`: whoever posts more than people do must not make
/// every look at that second a long one.
struct ProvisionalRows {
    let store: Store

    init(_ store: Store) { self.store = store }

    /// Whether there are any.
    func areThere() throws(InwiseError) -> Bool {
        guard store.keepsEvents else { return false }
        return try store.statement("SELECT 1 FROM events WHERE \(Self.isProvisional) LIMIT 1").firstInteger() != nil
    }

    /// As the index of them has it.
    static let isProvisional = "state = \(EventState.provisional.rawValue)"
    static let mostAtATime = 100

    /// Whether an event's row has its place now. The first of its contact and second have theirs, so that as they are confirmed the
    /// later ones' turn comes.
    func mayPut(_ kind: RowKind, _ identity: EventIdentity, event: Int64) throws(InwiseError) -> Bool {
        if try !store.isSealed(kind), try !SyncLedger(store).scopes(kind).isEmpty { return false }
        let earlier = try store.statement(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM events INDEXED BY events_by_contact
                WHERE contact = ?1 AND date = ?2 AND kind IS NOT NULL AND \(Self.isProvisional) AND id < ?3 LIMIT \(Self.mostAtATime))
            """)
        try earlier.bind([.integer(identity.contact), .integer(identity.date), .integer(event)])
        return try earlier.firstInteger() ?? 0 < Int64(Self.mostAtATime)
    }

    // MARK: Putting. Inside a transaction that writes

    /// Puts a row among the others.
    ///
    /// - Parameters:
    ///   - row: a JSON object, as `WebhookWriter` writes it.
    ///   - event: the id of its event.
    /// - Returns: its key.
    func put(_ kind: RowKind, _ row: UnsafeRawBufferPointer, event: Int64) throws(InwiseError) -> Int64 {
        let page = ByteBuffer()
        try page.append(ASCII.bracketOpen)
        try page.append(UnsafeRawBufferPointer(rebasing: row.dropLast()))
        try page.append(ASCII.comma)
        try page.append(RowLayout.provisionalMember)
        try page.append("}]")
        return try store.intake.addProvisional(kind, page, key: RowKey.of(hash: ByteHash.mix(ByteHash.hash(row), with: UInt64(bitPattern: event))))
    }

    private func put(_ event: Event) throws(InwiseError) {
        let body = ByteBuffer()
        try body.append(try text(of: event.id))
        guard let row = try EventText.row(in: body) else { return }
        let key = try put(event.kind, row, event: event.id)
        withExtendedLifetime(body) {}
        try run("UPDATE events SET row = ?2 WHERE id = ?1", [event.id, key])
    }

    private func text(of event: Int64) throws(InwiseError) -> String {
        let select = try store.statement("SELECT event FROM events WHERE id = ?1")
        try select.bind(1, event)
        defer { select.reset() }
        return try select.step() ? select.string(0) ?? "" : ""
    }

    // MARK: Going through them

    /// Behind which of them one stands.
    struct Place {
        var campaign: Int64
        var date: Int64
        var event: Int64

        static let beginning = Place(campaign: .min, date: .min, event: .min)
    }

    private struct Event {
        let id: Int64
        let kind: RowKind
        let identity: EventIdentity
        let type: Int64
        /// Nil for one that waits for its place.
        let key: Int64?
    }

    private static let atOnce = 1_000

    /// Some of them, and the place behind; nil when there are no more.
    private func next(after place: Place) throws(InwiseError) -> (events: [Event], last: Place)? {
        let select = try store.statement(
            """
            SELECT id, kind, campaign, contact, date, type, row FROM events WHERE \(Self.isProvisional) AND (campaign, date, id) > (?1, ?2, ?3) \
            ORDER BY campaign, date, id LIMIT \(Self.atOnce)
            """)
        try select.bind([.integer(place.campaign), .integer(place.date), .integer(place.event)])
        defer { select.reset() }
        var events: [Event] = []
        var last = place
        while try select.step() {
            guard let kind = select.string(1).flatMap({ RowKind(rawValue: $0) }) else { continue }
            let identity = EventIdentity(campaign: select.integer(2), contact: select.integer(3), date: select.integer(4))
            events.append(Event(id: select.integer(0), kind: kind, identity: identity, type: select.integer(5), key: select.optional(6)))
            last = Place(campaign: identity.campaign, date: identity.date, event: select.integer(0))
        }
        return events.isEmpty ? nil : (events, last)
    }

    // MARK: Confirming. Inside a transaction that writes

    /// Lets the service's own row, which is in, take the place of one that a webhook told of.
    ///
    /// - Returns: whether there was one.
    func giveWay(to row: RowBatch.Row, _ layout: RowLayout) throws(InwiseError) -> Bool {
        guard let campaign = row.integer(RowLayout.campaign), let contact = row.integer(RowLayout.contact), let date = row.integer(RowLayout.date)
        else { return false }
        let isActivity = layout.kind == .activities
        // Rather one that counts, and of several rather the one with the same link.
        let sameLink = isActivity ? "(SELECT additional_data IS NOT ?5 FROM activities WHERE key = row), " : ""
        let select = try store.statement(
            """
            SELECT id, row FROM (
                SELECT id, row FROM events WHERE contact = ?1 AND date = ?2 AND campaign = ?3 AND type = ?4 AND kind IS NOT NULL AND \(Self.isProvisional)
                LIMIT \(Self.mostAtATime)) ORDER BY row IS NULL, \(sameLink)id LIMIT 1
            """)
        guard let type = isActivity ? row.integer(layout.name) : try type(of: layout.kind) else { return false }
        try select.bind([.integer(contact), .integer(date), .integer(campaign), .integer(type)])
        if isActivity {
            if let data = row.text(layout.slot(.additionalData)) { try select.bind(5, data) } else { try select.bindNull(5) }
        }
        let found: (id: Int64, key: Int64?)
        do {
            defer { select.reset() }
            guard try select.step() else { return false }
            found = (select.integer(0), select.optional(1))
        }
        try confirm(found.id, key: found.key, layout, campaign: campaign, name: row.integer(layout.name))
        return true
    }

    /// The number of the type of webhooks that tell of a kind's rows; nil if none has come.
    private func type(of kind: RowKind) throws(InwiseError) -> Int64? {
        try store.names.existing(kind == .sentEmails ? "emailSent" : "undelivered")
    }

    private func confirm(_ event: Int64, key: Int64?, _ layout: RowLayout, campaign: Int64, name: Int64?) throws(InwiseError) {
        try run("UPDATE events SET state = ?2, row = NULL WHERE id = ?1", [event, EventState.confirmed.rawValue])
        guard let key else { return }
        try run("DELETE FROM \(layout.table) WHERE key = ?1", [key])
        // Its contact stays counted, by the row that took its place.
        try store.tally.discount(campaign: campaign, type: StreamType.of(layout.kind, name: name))
    }

    /// A row of the service's is becoming another. Whichever event it confirmed stays so, but stands in the way of no other any more.
    func letGo(of row: RowBatch.Stored, _ layout: RowLayout) throws(InwiseError) {
        guard store.keepsEvents, let campaign = row.campaign, let contact = row.contact,
            let type = layout.kind == .activities ? row.name : try type(of: layout.kind)
        else { return }
        try run(
            """
            UPDATE events SET kind = NULL WHERE id = (
                SELECT id FROM events WHERE contact = ?1 AND date = ?2 AND campaign = ?3 AND type = ?4 AND state = ?5 AND kind IS NOT NULL LIMIT 1)
            """, [contact, row.date, campaign, type, EventState.confirmed.rawValue])
    }

    /// Confirms some of those whose rows the mirror has by now, however these came, and puts those that have waited for their place.
    ///
    /// - Parameter place: up to where this has been done.
    /// - Returns: how many were confirmed, and up to where it is done; nil when it is.
    func reconcile(after place: Place) throws(InwiseError) -> (confirmed: Int, last: Place)? {
        guard store.keepsEvents, let (events, last) = try next(after: place) else { return nil }
        var confirmed = 0
        for event in events {
            if try hasUnclaimed(event.kind, event.identity, type: event.type) {
                try confirm(event.id, key: event.key, RowLayout.of(event.kind), campaign: event.identity.campaign, name: event.type)
                confirmed += 1
            } else if event.key == nil, try mayPut(event.kind, event.identity, event: event.id) {
                try put(event)
            }
        }
        return (confirmed, last)
    }

    /// Whether the mirror has a row of the service's that no event has been confirmed by.
    func hasUnclaimed(_ kind: RowKind, _ identity: EventIdentity, type: Int64) throws(InwiseError) -> Bool {
        // Without its index each question would read the whole table; what is left is seen to by the end of the first fill.
        guard try store.isSealed(kind) else { return false }
        let layout = RowLayout.of(kind), isActivity = kind == .activities
        let rows = try store.statement(
            """
            SELECT count(*) FROM \(layout.table) WHERE contact = ?1 AND date = ?2 AND campaign = ?3\(isActivity ? " AND action_type = ?4" : "") \
            AND arrival IS NOT \(RowLayout.provisional)
            """)
        let values = [identity.contact, identity.date, identity.campaign]
        for (index, value) in (isActivity ? values + [type] : values).enumerated() { try rows.bind(Int32(index + 1), value) }
        guard let count = try rows.firstInteger(), count > 0 else { return false }
        let claimed = try store.statement(
            "SELECT count(*) FROM events WHERE contact = ?1 AND date = ?2 AND campaign = ?3 AND type = ?4 AND state = ?5 AND kind IS NOT NULL")
        try claimed.bind([
            .integer(identity.contact), .integer(identity.date), .integer(identity.campaign), .integer(type), .integer(EventState.confirmed.rawValue),
        ])
        return count > (try claimed.firstInteger() ?? 0)
    }

    private func run(_ sql: String, _ values: [Int64]) throws(InwiseError) {
        let statement = try store.statement(sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        try statement.run()
    }
}

extension RowIntake {
    /// Puts a provisional row in.
    ///
    /// - Parameter page: it alone, in a JSON array.
    func addProvisional(_ kind: RowKind, _ page: ByteBuffer, key: Int64) throws(InwiseError) -> Int64 {
        let bytes = page.bytes, batch = batch(of: kind), layout = batch.layout
        spare.begin()
        var reader = RowReader(layout, bytes, self)
        var failure: InwiseError?
        var key = key
        do {
            try RowScanner.scan(bytes, into: &columns) { columns in
                guard failure == nil, columns.count == 1 else { return }
                do throws(InwiseError) {
                    let row = batch.row(0)
                    _ = try reader.read(0, columns, into: row, keepsIdentity: false)
                    row.set(layout.arrival, RowLayout.provisional)
                    guard let campaign = row.integer(RowLayout.campaign), let contact = row.integer(RowLayout.contact) else { return }
                    try store.tally.countOne(kind, campaign: campaign, type: StreamType.of(kind, name: row.integer(layout.name)), contact: contact)
                    row.set(RowLayout.key, key)
                    while try !batch.insert(row) {
                        // Another row happens to lie there.
                        key = RowKey.of(hash: ByteHash.mix(UInt64(bitPattern: key), with: 1))
                        row.set(RowLayout.key, key)
                    }
                } catch {
                    failure = error
                }
            }
        } catch {
            batch.letGo()
            throw InwiseError(.internal, "An event's row can't be read. Please report this.")
        }
        batch.letGo()
        if let failure { throw failure }
        return withExtendedLifetime(page) { key }
    }
}
