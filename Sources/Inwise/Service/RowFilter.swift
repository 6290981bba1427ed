// SPDX-License-Identifier: MIT

/// Which rows a query asks for, as a condition of SQL and its values in order.
struct RowFilter {
    private(set) var condition = ""
    private(set) var values: [Statement.Value] = []

    /// Nil where no row can match.
    init?(_ kind: RowKind, _ query: Query, now: WallTime, _ store: Store) throws(InwiseError) {
        if let campaign = query.campaignID { add("campaign = ?", .integer(campaign)) }
        if let contact = query.contactID { add("contact = ?", .integer(contact)) }
        if let externalID = query.externalID {
            add("external_id = ?", .text(externalID))
        }
        if kind == .activities, let type = query.actionType {
            guard let number = try store.names.existing(type) else { return nil }
            add("action_type = ?", .integer(number))
        }
        if query.isConfirmed, try ProvisionalRows(store).areThere() { add("arrival IS NOT ?", .integer(RowLayout.provisional)) }
        let from = query.dateFrom.flatMap { DateText($0) }
        let to = query.dateTo.flatMap { DateText($0) }
        if let from { add("date >= ?", .integer(WallTime(first: from).seconds)) }
        if let to {
            add("date <= ?", .integer(WallTime(last: to).seconds))
            if from == nil { add("date > ?", .integer(RowLayout.undated)) }
        }
        // Undelivered recipients have no such window: the whole list is wanted.
        if kind != .undelivered, from == nil, to == nil {
            add("date >= ?", .integer(now.adding(-ServiceRules.defaultWindow).seconds))
        }
    }

    mutating func add(_ term: String, _ more: Statement.Value...) {
        condition += (condition.isEmpty ? "WHERE " : " AND ") + term
        values += more
    }
}
