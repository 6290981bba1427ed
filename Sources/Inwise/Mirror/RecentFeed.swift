// SPDX-License-Identifier: MIT

/// Recent rows in their order of arrival, and up to where each consumer has dealt with them.
///
/// Rows of the first fill come first, in the order of their ids, once it is done: while it goes on, older ones keep coming. Those that
/// arrived later follow in the order in which they did.
struct RecentFeed {
    private let store: Store

    init(_ store: Store) { self.store = store }

    /// Where a consumer stands.
    struct Place: Equatable {
        /// Rows of the first fill below this key are still to come.
        var key: Int64
        /// Rows that arrived after this one are still to come.
        var arrival: Int64

        static let beginning = Place(key: .max, arrival: 0)
        /// Below every key.
        static let behindFill: Int64 = .min
    }

    /// Who reads without a name: what it reads is dealt with.
    static let unnamed = ""

    // MARK: Places

    func place(of consumer: String, _ kind: RowKind) throws(InwiseError) -> Place {
        let select = try store.statement("SELECT key, arrival FROM consumers WHERE method = ?1 AND name = ?2")
        try select.bind([.text(kind.rawValue), .text(consumer)])
        defer { select.reset() }
        return try select.step() ? Place(key: select.integer(0), arrival: select.integer(1)) : .beginning
    }

    /// Inside a transaction that writes.
    func setPlace(of consumer: String, _ kind: RowKind, _ place: Place) throws(InwiseError) {
        let update = try store.statement("INSERT OR REPLACE INTO consumers VALUES (?1, ?2, ?3, ?4)")
        try update.bind([.text(kind.rawValue), .text(consumer), .integer(place.key), .integer(place.arrival)])
        try update.run()
    }

    /// The place behind the row with an id; nil if there is none.
    func place(through id: Int64, _ kind: RowKind) throws(InwiseError) -> Place? {
        guard let key = RowKey.of(id: id) else { return nil }
        let select = try store.statement("SELECT arrival FROM \(RowLayout.of(kind).table) WHERE key = ?1")
        try select.bind(1, key)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return select.optional(0).map { Place(key: Place.behindFill, arrival: $0) } ?? Place(key: key, arrival: 0)
    }

    /// Lets the feed that has no name begin with the first fill's rows of `date` and later.
    func start(_ kind: RowKind, at date: WallTime) throws(InwiseError) {
        // Ids ascend with the dates of a made-up account.
        let last = try store.statement("SELECT min(key) FROM \(RowLayout.of(kind).table) WHERE date < ?1")
        try last.bind(1, date.seconds)
        try setPlace(of: Self.unnamed, kind, Place(key: try last.firstInteger() ?? .max, arrival: 0))
    }

    // MARK: Rows

    /// The rows behind a place, a page at the most, and the place behind them.
    func rows(_ kind: RowKind, after place: Place, _ ids: ServiceRules.IDs) throws(InwiseError) -> (text: ByteBuffer, place: Place) {
        let writer = PageWriter(store, kind, ids: ids)
        var place = place
        guard try store.isSealed(kind) else { return (try writer.finish(), place) }
        let limit = ServiceRules.largestPageSize
        let table = RowLayout.of(kind).table
        if place.key > Place.behindFill {
            let fill = try store.statement(
                "SELECT \(writer.columns) FROM \(table) WHERE key < ?1 AND arrival IS NULL ORDER BY key DESC LIMIT ?2")
            try fill.bind([.integer(place.key), .integer(Int64(limit))])
            try writer.write(all: fill)
            place.key = writer.rows < limit ? Place.behindFill : writer.lastKey
        }
        if writer.rows < limit {
            let later = try store.statement("SELECT \(writer.columns) FROM \(table) WHERE arrival > ?1 ORDER BY arrival LIMIT ?2")
            try later.bind([.integer(place.arrival), .integer(Int64(limit - writer.rows))])
            try writer.write(all: later)
            place.arrival = max(place.arrival, writer.lastArrival)
        }
        return (try writer.finish(), place)
    }
}
