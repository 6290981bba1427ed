// SPDX-License-Identifier: MIT

/// Dates whose rows are to be read: a debt, which is on disk until it is paid.
struct SyncWindow {
    /// Why; several where windows have become one.
    struct Reasons: OptionSet {
        let rawValue: Int64

        static let fill = Reasons(rawValue: 1)
        static let newer = Reasons(rawValue: 2)
        static let late = Reasons(rawValue: 4)
        static let gap = Reasons(rawValue: 8)
        static let audit = Reasons(rawValue: 16)

        private static let names: [(Reasons, String)] = [
            (.fill, "fill"), (.newer, "newer"), (.late, "late"), (.gap, "gap"), (.audit, "audit"),
        ]

        var json: JSON { .array(Self.names.filter { contains($0.0) }.map { .string($0.1) }) }
    }

    /// In the mirror; 0 for one that is not kept there.
    var id: Int64 = 0
    let kind: RowKind
    /// Nil for all campaigns.
    let campaign: Int64?
    var first: WallTime
    /// Belongs to the window; nil where it has no end.
    var last: WallTime?
    var reasons: Reasons
    /// Before this date all had been read when the window was planned; nil where nothing had.
    var settled: WallTime?
    /// Rows of it that the mirror had before; nil if they have not been counted.
    var expected: Int?
    var counts = RowCounts()
    /// Why it could not be read.
    var problem: String?
    /// Of activities, these alone: for audits.
    var actionType: String?

    /// The dates that are asked for: a second more at either end, which a service may not count to a range.
    ///
    /// - Parameter aDayMore: whether the service may not count the last day to it.
    func asked(aDayMore: Bool = false) -> DateSpan {
        DateSpan(first: first.adding(-1), last: last?.adding(aDayMore ? WallTime.secondsPerDay : 1))
    }

    /// How rows are asked for.
    func query(_ asked: DateSpan) -> Query {
        var query = Query(campaignID: campaign, dateFrom: asked.first.text, dateTo: asked.last?.text, actionType: actionType)
        // Most are small: what has arrived since a few minutes ago.
        query.isThrifty = true
        query.isConfirmed = true
        return query
    }

    /// Expected rows that did not come.
    var absent: Int { max(0, (expected ?? 0) - counts.repeated) }

    /// As the report shows it.
    func json(isDone: Bool) -> JSON {
        var members: [(name: String, value: JSON)] = [
            ("method", .string(Method.of(kind).rawValue)), ("date_from", .string(first.text)),
            ("date_to", last.map { .string($0.text) } ?? .null),
            ("campaign_id", campaign.map { .integer($0) } ?? .null), ("reason", reasons.json), ("done", .bool(isDone)),
            ("expected", expected.map { .integer(Int64($0)) } ?? .null),
        ]
        members += counts.members
        members.append(("absent", isDone ? .integer(Int64(absent)) : .null))
        if let actionType { members.append(("action_type", .string(actionType))) }
        if let problem { members.append(("problem", .string(problem))) }
        return .object(members)
    }
}

extension RowCounts {
    var members: [(name: String, value: JSON)] {
        [
            ("fetched", .integer(Int64(fetched))), ("new", .integer(Int64(new))), ("repeated", .integer(Int64(repeated))),
            ("late", .integer(Int64(late))), ("repaired", .integer(Int64(repaired))),
        ]
    }
}

/// Dates without holes: from the first to the last second, or without end.
struct DateSpan: Equatable {
    var first: WallTime
    var last: WallTime?

    /// Whether the two overlap, or nothing lies between them.
    func touches(_ other: DateSpan) -> Bool {
        (last.map { other.first <= $0.adding(1) } ?? true) && (other.last.map { first <= $0.adding(1) } ?? true)
    }

    mutating func join(_ other: DateSpan) {
        first = min(first, other.first)
        if let mine = last, let others = other.last { last = max(mine, others) } else { last = nil }
    }

    /// How many seconds these dates lie outside of it, at most; 0 if they don't.
    func overshoot(_ oldest: WallTime, _ newest: WallTime) -> Int64 {
        guard oldest <= newest else { return 0 }
        return max(0, first.seconds - oldest.seconds, last.map { newest.seconds - $0.seconds } ?? 0)
    }
}
