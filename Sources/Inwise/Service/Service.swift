// SPDX-License-Identifier: MIT

/// The service's rules over a store of rows: defaults, limits, filters, order, pages, deltas, sums. Every door (a direct call,
/// a request over REST) comes here, so that they stand once.
final class Service {
    let store: Store
    private let rules: ServiceRules
    /// Behind the rows that consumers were given last.
    private var given: [Reader: RecentFeed.Place] = [:]

    private struct Reader: Hashable {
        let consumer: String
        let kind: RowKind
    }

    init(_ store: Store, _ rules: ServiceRules) {
        self.store = store
        self.rules = rules
    }

    /// Answers a question with a JSON array of rows, or the summary's object.
    ///
    /// - Parameters:
    ///   - query: its `parameters` are read as the service reads a request's; see `Query.reading`.
    ///   - now: the account's clock, for the past week.
    /// - Throws: `.http` with status 400 for a parameter that the service refuses, `.argument` for a member of the query,
    ///   `.store`, `.memory`, or what the database was stopped with.
    func answer(
        _ method: Method, _ query: Query, now: WallTime, ids: ServiceRules.IDs = .numbers
    ) throws(InwiseError) -> ByteBuffer {
        let query = try query.reading(query.parameters, for: method, rules)
        try query.check(for: method)
        switch method {
        case .activitiesSummary: return try CampaignSummary(of: query.campaignID ?? 0, in: store, confirmed: query.isConfirmed).text()
        case .sentEmails: return try page(.sentEmails, query, now, ids)
        case .undelivered: return try page(.undelivered, query, now, ids)
        case .activities: return try page(.activities, query, now, ids)
        case .recentSentEmails, .recentUndelivered, .recentActivities:
            let kind = method.rowKind ?? .activities
            let answer = try delta(kind, query.consumer, ids)
            if let consumer = query.consumer { given[Reader(consumer: consumer, kind: kind)] = answer.place }
            return answer.text
        }
    }

    /// Notes up to where a consumer has dealt with recent rows.
    func acknowledge(_ method: Method, consumer: String, _ through: Acknowledgement) throws(InwiseError) {
        let kind = method.rowKind ?? .activities
        let feed = RecentFeed(store)
        try store.write { () throws(InwiseError) in
            let place: RecentFeed.Place
            switch through {
            case .beginning: place = .beginning
            case .given:
                guard let last = given[Reader(consumer: consumer, kind: kind)] else { return }
                place = last
            case .row(let id):
                guard let found = try feed.place(through: id, kind) else {
                    throw .argument("through", "The mirror has no row of \(kind.rawValue) with the \(kind.identityField) \(id): \"through\" is that of the last row that was dealt with.")
                }
                place = found
            }
            try feed.setPlace(of: consumer, kind, place)
        }
    }

    // MARK: Pages

    private func page(
        _ kind: RowKind, _ query: Query, _ now: WallTime, _ ids: ServiceRules.IDs
    ) throws(InwiseError) -> ByteBuffer {
        let size = query.pageSize ?? ServiceRules.defaultPageSize
        let (offset, overflow) = (query.pageIndex ?? 0).multipliedReportingOverflow(by: size)
        let writer = PageWriter(store, kind, ids: ids)
        guard !overflow, let filter = try RowFilter(kind, query, now: now, store) else { return try writer.finish() }
        let select = try store.statement(
            "SELECT \(writer.columns) FROM \(RowLayout.of(kind).table) \(filter.condition) \(order) LIMIT ? OFFSET ?")
        try select.bind(filter.values + [.integer(Int64(size)), .integer(Int64(offset))])
        try writer.write(all: select)
        return try writer.finish()
    }

    /// By date, then id; the larger the id, the smaller the key.
    private var order: String { rules.newestFirst ? "ORDER BY date DESC, key" : "ORDER BY date, key DESC" }

    // MARK: Walks

    /// Where a walk stands: behind the row of this date and key.
    struct Place {
        let date: Int64
        let key: Int64
    }

    /// The rows of an answer behind a place, and the place behind them; nil when there are no more. No row comes twice however many arrive
    /// meanwhile, and none that was there is left out.
    ///
    /// - Parameter now: the account's clock when the walk began.
    func rows(
        _ kind: RowKind, _ query: Query, after place: Place?, size: Int, now: WallTime
    ) throws(InwiseError) -> (text: ByteBuffer, rows: Int, place: Place)? {
        let query = try query.reading(query.parameters, for: Method.of(kind), rules)
        try query.check(for: Method.of(kind))
        let writer = PageWriter(store, kind, ids: .numbers)
        guard var filter = try RowFilter(kind, query, now: now, store) else { return nil }
        if let place {
            let (date, key) = rules.newestFirst ? ("<", ">") : (">", "<")
            filter.add("date \(date)= ?", .integer(place.date))
            filter.add("(date \(date) ? OR key \(key) ?)", .integer(place.date), .integer(place.key))
        }
        let select = try store.statement(
            "SELECT \(writer.columns) FROM \(RowLayout.of(kind).table) \(filter.condition) \(order) LIMIT ?")
        try select.bind(filter.values + [.integer(Int64(size))])
        try writer.write(all: select)
        guard writer.rows > 0 else { return nil }
        return (try writer.finish(), writer.rows, Place(date: writer.lastDate, key: writer.lastKey))
    }

    // MARK: Deltas

    /// What a consumer has not dealt with, oldest first, a page at the most. Without a consumer reading consumes it.
    ///
    /// - Returns: the rows, and the place behind them where a consumer is named.
    private func delta(
        _ kind: RowKind, _ consumer: String?, _ ids: ServiceRules.IDs
    ) throws(InwiseError) -> (text: ByteBuffer, place: RecentFeed.Place) {
        let feed = RecentFeed(store)
        if let consumer { return try feed.rows(kind, after: try feed.place(of: consumer, kind), ids) }
        return try store.write { () throws(InwiseError) in
            let before = try feed.place(of: RecentFeed.unnamed, kind)
            let answer = try feed.rows(kind, after: before, ids)
            if answer.place != before { try feed.setPlace(of: RecentFeed.unnamed, kind, answer.place) }
            return answer
        }
    }
}
