// SPDX-License-Identifier: MIT

/// What a mirror remembers of its syncs: what has been read, what is still to be, which answers may have been lost. What changes it is
/// called inside a transaction that writes.
struct SyncLedger {
    let store: Store

    init(_ store: Store) { self.store = store }

    private static func scope(_ campaign: Int64?) -> Statement.Value { .text(campaign.map(String.init) ?? "") }

    private func run(_ sql: String, _ values: [Statement.Value?]) throws(InwiseError) {
        let statement = try store.statement(sql)
        var index: Int32 = 0
        for value in values {
            index += 1
            switch value {
            case .integer(let number): try statement.bind(index, number)
            case .text(let text): try statement.bind(index, text)
            case nil: try statement.bindNull(index)
            }
        }
        try statement.run()
    }

    // MARK: Coverage

    func coverage(_ kind: RowKind, _ campaign: Int64?) throws(InwiseError) -> SyncPlan.Coverage? {
        let select = try store.statement("SELECT since, newest FROM coverage WHERE method = ?1 AND scope = ?2")
        try select.bind([.text(kind.rawValue), Self.scope(campaign)])
        defer { select.reset() }
        guard try select.step() else { return nil }
        var coverage = SyncPlan.Coverage(
            since: WallTime(seconds: select.integer(0)), newest: select.optional(1).map { WallTime(seconds: $0) })
        let marks = try store.statement("SELECT age, date FROM late_marks WHERE method = ?1 AND scope = ?2")
        try marks.bind([.text(kind.rawValue), Self.scope(campaign)])
        defer { marks.reset() }
        while try marks.step() { coverage.marks[Int(marks.integer(0))] = WallTime(seconds: marks.integer(1)) }
        return coverage
    }

    func setCoverage(_ kind: RowKind, _ campaign: Int64?, _ coverage: SyncPlan.Coverage) throws(InwiseError) {
        try run(
            "INSERT INTO coverage VALUES (?1, ?2, ?3, ?4) ON CONFLICT (method, scope) DO UPDATE SET since = ?3, newest = ?4",
            [.text(kind.rawValue), Self.scope(campaign), .integer(coverage.since.seconds), coverage.newest.map { .integer($0.seconds) }])
        for (age, date) in coverage.marks {
            try run(
                "INSERT INTO late_marks VALUES (?1, ?2, ?3, ?4) ON CONFLICT (method, scope, age) DO UPDATE SET date = ?4",
                [.text(kind.rawValue), Self.scope(campaign), .integer(Int64(age)), .integer(date.seconds)])
        }
    }

    /// Moves the newest date known forward; never back.
    func noteNewest(_ kind: RowKind, _ campaign: Int64?, _ date: WallTime) throws(InwiseError) {
        try run(
            "UPDATE coverage SET newest = ?3 WHERE method = ?1 AND scope = ?2 AND (newest IS NULL OR newest < ?3)",
            [.text(kind.rawValue), Self.scope(campaign), .integer(date.seconds)])
    }

    /// What a method has been read for: campaigns, or all.
    func scopes(_ kind: RowKind) throws(InwiseError) -> [Int64?] {
        let select = try store.statement("SELECT scope FROM coverage WHERE method = ?1")
        try select.bind(1, kind.rawValue)
        defer { select.reset() }
        var scopes: [Int64?] = []
        while try select.step() { scopes.append(Int64(select.string(0) ?? "")) }
        return scopes
    }

    /// The newest date known of a method, whatever campaigns it was read for.
    func newest(_ kind: RowKind) throws(InwiseError) -> WallTime? {
        let select = try store.statement("SELECT max(newest) FROM coverage WHERE method = ?1")
        try select.bind(1, kind.rawValue)
        return try select.firstInteger().map { WallTime(seconds: $0) }
    }

    // MARK: Windows

    /// Those that are to be read, of a kind, and of a campaign or of all; or every one. In the order in which they are to be: what has
    /// been pending for longest comes first, what could not be read before last.
    func windows(_ kind: RowKind? = nil, campaign: Int64?? = nil) throws(InwiseError) -> [SyncWindow] {
        let select = try store.statement(
            """
            SELECT id, method, scope, first, last, reasons, settled, expected, fetched, new, repeated, late, repaired, problem FROM windows
            ORDER BY problem IS NOT NULL, id
            """)
        defer { select.reset() }
        var windows: [SyncWindow] = []
        while try select.step() {
            guard let method = RowKind(rawValue: select.string(1) ?? ""), kind == nil || method == kind else { continue }
            let scope = Int64(select.string(2) ?? "")
            if let campaign, campaign != scope { continue }
            var window = SyncWindow(
                id: select.integer(0), kind: method, campaign: scope, first: WallTime(seconds: select.integer(3)),
                last: select.optional(4).map { WallTime(seconds: $0) }, reasons: SyncWindow.Reasons(rawValue: select.integer(5)),
                settled: select.optional(6).map { WallTime(seconds: $0) }, expected: select.optional(7).map(Int.init))
            window.counts = RowCounts(
                fetched: Int(select.integer(8)), new: Int(select.integer(9)), repeated: Int(select.integer(10)),
                late: Int(select.integer(11)), repaired: Int(select.integer(12)))
            window.problem = select.string(13)
            windows.append(window)
        }
        return windows
    }

    /// Puts windows in the place of all that there are of a kind and campaign.
    func setWindows(_ kind: RowKind, _ campaign: Int64?, _ windows: [SyncWindow]) throws(InwiseError) {
        try run("DELETE FROM windows WHERE method = ?1 AND scope = ?2", [.text(kind.rawValue), Self.scope(campaign)])
        for window in windows { try add(window) }
    }

    func add(_ window: SyncWindow) throws(InwiseError) {
        let counts = window.counts
        try run(
            "INSERT INTO windows VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            [
                .text(window.kind.rawValue), Self.scope(window.campaign), .integer(window.first.seconds),
                window.last.map { .integer($0.seconds) }, .integer(window.reasons.rawValue), window.settled.map { .integer($0.seconds) },
                window.expected.map { .integer(Int64($0)) }, .integer(Int64(counts.fetched)), .integer(Int64(counts.new)),
                .integer(Int64(counts.repeated)), .integer(Int64(counts.late)), .integer(Int64(counts.repaired)),
                window.problem.map { .text($0) },
            ])
    }

    /// Keeps how far a window has been read.
    func update(_ window: SyncWindow) throws(InwiseError) {
        let counts = window.counts
        try run(
            """
            UPDATE windows SET first = ?2, last = ?3, expected = ?4, fetched = ?5, new = ?6, repeated = ?7, late = ?8, repaired = ?9,
            problem = ?10 WHERE id = ?1
            """,
            [
                .integer(window.id), .integer(window.first.seconds), window.last.map { .integer($0.seconds) },
                window.expected.map { .integer(Int64($0)) }, .integer(Int64(counts.fetched)), .integer(Int64(counts.new)),
                .integer(Int64(counts.repeated)), .integer(Int64(counts.late)), .integer(Int64(counts.repaired)),
                window.problem.map { .text($0) },
            ])
    }

    /// Forgets a window: all of it has been read, or others stand for it.
    func remove(_ window: SyncWindow) throws(InwiseError) { try run("DELETE FROM windows WHERE id = ?1", [.integer(window.id)]) }

    /// How many rows the mirror has of a window.
    func rows(in window: SyncWindow) throws(InwiseError) -> Int {
        guard let select = try select("count(*)", window) else { return 0 }
        return Int(try select.firstInteger() ?? 0)
    }

    /// Which rows the mirror has of a window.
    func marks(in window: SyncWindow) throws(InwiseError) -> [PageCounts.Mark] {
        guard let select = try select("date, key", window) else { return [] }
        defer { select.reset() }
        var marks: [PageCounts.Mark] = []
        while try select.step() { marks.append(PageCounts.Mark(date: select.integer(0), key: select.integer(1))) }
        return marks
    }

    /// Nil where no row can match.
    private func select(_ what: String, _ window: SyncWindow) throws(InwiseError) -> Statement? {
        var condition = "date >= ? AND date <= ?"
        var values: [Statement.Value] = [.integer(window.first.seconds), .integer(window.last?.seconds ?? .max)]
        if let campaign = window.campaign {
            condition += " AND campaign = ?"
            values.append(.integer(campaign))
        }
        if let type = window.actionType {
            guard let number = try store.names.existing(type) else { return nil }
            condition += " AND action_type = ?"
            values.append(.integer(number))
        }
        // What only webhooks have told of need not come.
        if try ProvisionalRows(store).areThere() { condition += " AND arrival IS NOT \(RowLayout.provisional)" }
        let select = try store.statement("SELECT \(what) FROM \(RowLayout.of(window.kind).table) WHERE \(condition)")
        try select.bind(values)
        return select
    }

    // MARK: Audits

    /// Campaigns with rows that have not been audited.
    func touchedCampaigns() throws(InwiseError) -> [Int64] { try campaigns("SELECT campaign FROM touched ORDER BY campaign DESC") }

    /// Every campaign of the mirror.
    func campaigns() throws(InwiseError) -> [Int64] { try campaigns("SELECT DISTINCT campaign FROM streams ORDER BY campaign DESC") }

    private func campaigns(_ sql: String) throws(InwiseError) -> [Int64] {
        let select = try store.statement(sql)
        defer { select.reset() }
        var campaigns: [Int64] = []
        while try select.step() { campaigns.append(select.integer(0)) }
        return campaigns
    }

    func noteAudited(_ campaign: Int64) throws(InwiseError) {
        try run("DELETE FROM touched WHERE campaign = ?1", [.integer(campaign)])
        store.tally.forgetTouched()
        store.noteChange()
    }
}
