// SPDX-License-Identifier: MIT

extension SyncLedger {
    /// An answer of a recent feed that may have been lost.
    struct Gap {
        enum State: Int64 {
            /// It has been asked for, and nothing is known yet.
            case asked = 0
            /// It is lost.
            case open
            /// What could have been in it is being read.
            case healing
            case healed
        }

        let id: Int64
        let kind: RowKind
        let noticed: WallTime
        /// The newest date known at the last good answer before it.
        let good: WallTime?
        let state: State
        let reason: String
        let recovered: Int64

        var json: JSON {
            .object([
                ("id", .integer(id)), ("method", .string(Method.recent(kind).rawValue)), ("noticed", .string(noticed.text)),
                ("reason", .string(reason)), ("date_from", good.map { .string($0.text) } ?? .null), ("healed", .bool(state == .healed)),
                ("recovered", .integer(recovered)),
            ])
        }
    }

    private func write(_ sql: String, _ values: [Statement.Value]) throws(InwiseError) {
        let statement = try store.statement(sql)
        try statement.bind(values)
        try statement.run()
    }

    // MARK: Gaps

    /// Notes that an answer is about to be asked for. Durable, it tells the next sync of an answer that a crash swallowed.
    ///
    /// - Returns: the gap's id.
    func ask(_ kind: RowKind, now: WallTime) throws(InwiseError) -> Int64 {
        let id = try lastGap() + 1
        let insert = try store.statement("INSERT INTO gaps VALUES (?1, ?2, ?3, ?4, 0, ?5, 0)")
        try insert.bind(1, id)
        try insert.bind(2, kind.rawValue)
        try insert.bind(3, now.seconds)
        if let good = try store.state("good:\(kind.rawValue)") { try insert.bind(4, good) } else { try insert.bindNull(4) }
        try insert.bind(5, "The sync ended while it waited for the answer.")
        try insert.run()
        return id
    }

    /// The largest id of a gap that is kept.
    func lastGap() throws(InwiseError) -> Int64 { try store.statement("SELECT max(id) FROM gaps").firstInteger() ?? 0 }

    /// The answer is there, or nothing was consumed.
    func forget(gap id: Int64) throws(InwiseError) { try write("DELETE FROM gaps WHERE id = ?1", [.integer(id)]) }

    /// The answer is lost.
    func open(gap id: Int64, _ reason: String) throws(InwiseError) {
        try write("UPDATE gaps SET state = 1, reason = ?2 WHERE id = ?1", [.integer(id), .text(reason)])
    }

    /// What an earlier sync asked for and never heard of is lost.
    func openAsked() throws(InwiseError) { try write("UPDATE gaps SET state = 1 WHERE state = ?1", [.integer(Gap.State.asked.rawValue)]) }

    /// Gaps that are not healed, of a kind or of all.
    func openGaps(_ kind: RowKind? = nil) throws(InwiseError) -> [Gap] {
        try gaps("state < 3", 0).filter { kind == nil || kind == $0.kind }
    }

    /// Gaps with an id beyond another's.
    func gaps(above id: Int64) throws(InwiseError) -> [Gap] { try gaps("id > ?1", id) }

    /// The gap with an id; nil if there is none.
    func gap(_ id: Int64) throws(InwiseError) -> Gap? { try gaps("id = ?1", id).first }

    private func gaps(_ condition: String, _ value: Int64) throws(InwiseError) -> [Gap] {
        let select = try store.statement(
            "SELECT id, method, noticed, first, state, reason, recovered FROM gaps WHERE ?1 IS NOT NULL AND \(condition) ORDER BY id")
        try select.bind(1, value)
        defer { select.reset() }
        var gaps: [Gap] = []
        while try select.step() {
            guard let kind = RowKind(rawValue: select.string(1) ?? "") else { continue }
            gaps.append(
                Gap(
                    id: select.integer(0), kind: kind, noticed: WallTime(seconds: select.integer(2)),
                    good: select.optional(3).map { WallTime(seconds: $0) }, state: Gap.State(rawValue: select.integer(4)) ?? .open,
                    reason: select.string(5) ?? "", recovered: select.integer(6)))
        }
        return gaps
    }

    /// Windows for a kind's open gaps have been planned.
    func noteHealing(_ kind: RowKind) throws(InwiseError) {
        try write("UPDATE gaps SET state = 2 WHERE state = 1 AND method = ?1", [.text(kind.rawValue)])
    }

    /// A window that was to heal a kind's gaps has been read; if it was the last one they are healed.
    func noteHealed(_ kind: RowKind, recovered: Int) throws(InwiseError) {
        try write(
            "UPDATE gaps SET recovered = recovered + ?2 WHERE state = 2 AND method = ?1", [.text(kind.rawValue), .integer(Int64(recovered))])
        guard try !windows(kind).contains(where: { $0.reasons.contains(.gap) }) else { return }
        try write("UPDATE gaps SET state = 3 WHERE state = 2 AND method = ?1", [.text(kind.rawValue)])
    }

    // MARK: Answers

    /// Keeps an answer as it came.
    func keep(_ kind: RowKind, _ body: ByteBuffer, now: WallTime) throws(InwiseError) {
        let insert = try store.statement("INSERT INTO inbox (method, received, body) VALUES (?1, ?2, ?3)")
        try insert.bind(1, kind.rawValue)
        try insert.bind(2, now.seconds)
        try insert.bind(3, blob: body.bytes)
        try insert.run()
    }

    /// The oldest answer that is kept.
    func keptAnswer() throws(InwiseError) -> (id: Int64, kind: RowKind, body: ByteBuffer)? {
        let select = try store.statement("SELECT id, method, body FROM inbox ORDER BY id LIMIT 1")
        defer { select.reset() }
        guard try select.step(), let kind = RowKind(rawValue: select.string(1) ?? "") else { return nil }
        let body = ByteBuffer()
        if let bytes = select.blob(2) { try body.append(bytes) }
        return (select.integer(0), kind, body)
    }

    func forget(answer id: Int64) throws(InwiseError) { try write("DELETE FROM inbox WHERE id = ?1", [.integer(id)]) }

    /// An answer of a kind's feed has come whole.
    func noteGood(_ kind: RowKind) throws(InwiseError) {
        if let newest = try newest(kind) { try store.setState("good:\(kind.rawValue)", newest.seconds) }
    }
}
