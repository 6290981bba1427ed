// SPDX-License-Identifier: MIT

/// An account's rows at rest: what the service's rules read, and what fills it.
///
/// Used by one call at a time. Others may write the same file: what is kept in memory is checked against its generation at the beginning
/// of each transaction that writes.
final class Store {
    let database: Database
    private var statements: [String: Statement] = [:]
    /// What memory knows is of this generation of the file.
    private var generation: Int64 = -1
    /// Whether this transaction changes what others may have in memory, beside what is counted.
    private var hasChanged = false
    private(set) lazy var names = Names(self)
    private(set) lazy var tally = Tally(self)
    private(set) lazy var intake = RowIntake(self)

    /// Whether it has what webhooks told: a sandbox's doesn't.
    let keepsEvents: Bool

    /// A mirror's file, opened.
    convenience init(_ database: Database) { self.init(database, keepsEvents: true) }

    private init(_ database: Database, keepsEvents: Bool) {
        self.database = database
        self.keepsEvents = keepsEvents
    }

    /// Makes an empty store in memory. Fill it, then call `finishFill`.
    convenience init() throws(InwiseError) {
        self.init(try Database(), keepsEvents: false)
        // What fails half-way is thrown away whole: no journal until the first fill is done.
        try database.execute("PRAGMA journal_mode = OFF; PRAGMA temp_store = MEMORY;")
        try database.execute(Schema.rows)
    }

    /// Makes a store in memory ready for questions, and safe against calls that end half-way.
    ///
    /// - Parameter isSmall: whether it has but a handful of rows, and will: then indexes would cost more than they save.
    func finishFill(isSmall: Bool = false) throws(InwiseError) {
        for kind in RowKind.allCases { try seal(kind, indexed: !isSmall) }
        try database.execute("PRAGMA journal_mode = MEMORY")
    }

    /// A prepared statement that is kept for the next time.
    func statement(_ sql: String) throws(InwiseError) -> Statement {
        if let statement = statements[sql] { return statement }
        let statement = try database.prepare(sql)
        statements[sql] = statement
        return statement
    }

    // MARK: Writing

    /// Runs `body` in a transaction that writes, with the counts that go with its rows: all of it, or on an error nothing.
    ///
    /// - Parameter durable: whether it must outlive a power cut once this returns.
    func write<Value>(durable: Bool = false, _ body: () throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        do {
            return try database.transaction(durable: durable) { () throws(InwiseError) in
                try catchUp()
                hasChanged = false
                let value = try body()
                let hasCounted = try tally.flush()
                if hasCounted || hasChanged {
                    generation += 1
                    try setState("generation", generation)
                }
                return value
            }
        } catch {
            forget()
            throw error
        }
    }

    /// Tells other processes, once this transaction is done, that what they know may be another's by now. Counts tell by themselves.
    func noteChange() { hasChanged = true }

    /// Sees whether another process has written rows since.
    private func catchUp() throws(InwiseError) {
        let current = try state("generation") ?? 0
        if current != generation {
            forget()
            generation = current
        }
        try names.load()
    }

    private func forget() {
        generation = -1
        names.forget()
        tally.forget()
        intake.forget()
    }

    // MARK: State

    func state(_ name: String) throws(InwiseError) -> Int64? {
        let select = try statement("SELECT value FROM state WHERE name = ?1")
        try select.bind(1, name)
        return try select.firstInteger()
    }

    func setState(_ name: String, _ value: Int64) throws(InwiseError) {
        let update = try statement("INSERT INTO state VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")
        try update.bind(1, name)
        try update.bind(2, value)
        try update.run()
    }

    /// The mark by which sent mails go by their values.
    static let sentGoesByValues = "sent_goes_by_values"

    /// Forgets all sent mails, which then come anew and go by their values: their row_index has turned out to be no id. Inside a
    /// transaction that writes.
    func beginSentAnew() throws(InwiseError) {
        _ = try tally.flush()
        try tally.gather()
        try database.execute(
            """
            DELETE FROM sent;
            DELETE FROM contact_sets WHERE stream IN (SELECT id FROM streams WHERE type = \(StreamType.sent));
            UPDATE streams SET rows = 0, contacts = 0 WHERE type = \(StreamType.sent);
            DELETE FROM coverage WHERE method = 'sentEmails'; DELETE FROM late_marks WHERE method = 'sentEmails';
            DELETE FROM windows WHERE method = 'sentEmails'; DELETE FROM consumers WHERE method = 'sentEmails';
            """)
        try setState(Self.sentGoesByValues, 1)
        tally.forget()
        intake.forget()
        noteChange()
        // Their rows are gone, and come anew; what doesn't come is put among them then.
        if keepsEvents {
            let (one, other) = (EventState.provisional.rawValue, EventState.confirmed.rawValue)
            try database.execute("UPDATE events SET state = \(one), row = NULL WHERE kind = '\(RowKind.sentEmails.rawValue)' AND state IN (\(one), \(other))")
        }
    }

    // MARK: First fill

    /// Whether a kind's first fill is done: its rows have indexes, and those that come are numbered by arrival.
    func isSealed(_ kind: RowKind) throws(InwiseError) -> Bool { try state("sealed:\(kind.rawValue)") == 1 }

    /// Makes an index, unless it is there; says whether it wasn't.
    func make(_ index: (name: String, sql: String)) throws(InwiseError) -> Bool {
        let known = try statement("SELECT 1 FROM sqlite_master WHERE name = ?1")
        try known.bind(1, index.name)
        guard try known.firstInteger() == nil else { return false }
        try database.execute(index.sql)
        return true
    }

    /// Ends a kind's first fill. Inside a transaction that writes, or while a store in memory is filled.
    func seal(_ kind: RowKind, indexed: Bool = true) throws(InwiseError) {
        if indexed { for index in Schema.indexes(of: kind) { try database.execute(index.sql) } }
        try setState("sealed:\(kind.rawValue)", 1)
        intake.forget()
        noteChange()
    }
}
