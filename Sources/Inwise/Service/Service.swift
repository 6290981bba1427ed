// SPDX-License-Identifier: MIT

/// The service's rules over a store of rows: defaults, limits, filters, order, pages, deltas, sums. Every door (a direct call,
/// a request over REST) comes here, so that they stand once.
final class Service {
    private let store: Store
    private let rules: ServiceRules

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
        case .activitiesSummary: return try CampaignSummary(of: query.campaignID ?? 0, in: store).text()
        case .sentEmails: return try page(.sentEmails, query, now, ids)
        case .undelivered: return try page(.undelivered, query, now, ids)
        case .activities: return try page(.activities, query, now, ids)
        case .recentSentEmails: return try delta(.sentEmails, ids)
        case .recentUndelivered: return try delta(.undelivered, ids)
        case .recentActivities: return try delta(.activities, ids)
        }
    }

    // MARK: Pages

    private func page(
        _ kind: RowKind, _ query: Query, _ now: WallTime, _ ids: ServiceRules.IDs
    ) throws(InwiseError) -> ByteBuffer {
        let size = query.pageSize ?? ServiceRules.defaultPageSize
        let (offset, overflow) = (query.pageIndex ?? 0).multipliedReportingOverflow(by: size)
        let writer = PageWriter(store, ids: ids)
        guard !overflow, let filter = RowFilter(kind, query, now: now, store) else { return try writer.finish() }
        let order = rules.newestFirst ? "DESC" : "ASC"
        let select = try store.statement(
            """
            SELECT \(PageWriter.columns(of: kind)) FROM \(Schema.table(of: kind)) AS page \(filter.condition)
            ORDER BY date \(order), id \(order) LIMIT ? OFFSET ?
            """)
        try select.bind(filter.values + [.integer(Int64(size)), .integer(Int64(offset))])
        return try write(kind, select, writer)
    }

    // MARK: Deltas

    /// What has arrived since the last call, oldest first, a page at the most: reading consumes it.
    private func delta(_ kind: RowKind, _ ids: ServiceRules.IDs) throws(InwiseError) -> ByteBuffer {
        let select = try store.statement(
            """
            SELECT \(PageWriter.columns(of: kind)) FROM \(Schema.table(of: kind)) AS page
            WHERE id > ? ORDER BY id LIMIT ?
            """)
        try select.bind([.integer(try store.feedPosition(kind)), .integer(Int64(ServiceRules.largestPageSize))])
        let writer = PageWriter(store, ids: ids)
        let answer = try write(kind, select, writer)
        if writer.rows > 0 { try store.setFeedPosition(kind, writer.lastID) }
        return answer
    }

    private func write(_ kind: RowKind, _ select: Statement, _ writer: PageWriter) throws(InwiseError) -> ByteBuffer {
        defer { select.reset() }
        while try select.step() { try writer.write(kind, select) }
        return try writer.finish()
    }
}
