// SPDX-License-Identifier: MIT

/// The tables of a mirror.
enum Schema {
    /// "inwi": what `PRAGMA application_id` of a mirror says.
    static let applicationID: Int32 = 0x696E_7769

    /// Each leads from the version that is its place, `PRAGMA user_version`, to the next; a new file goes through all of them. What has
    /// been released is never changed: a change is a further one.
    static let migrations = [rows + ledger, events]

    /// What holds an account's rows; all that a store in memory needs.
    static let rows = """
        -- Texts that many rows share.
        CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        \(RowLayout.sent.definition)
        \(RowLayout.undelivered.definition)
        \(RowLayout.activities.definition)
        -- Rows and distinct contacts of each campaign, by action type (a number of names, or one of StreamType's).
        CREATE TABLE streams (
            id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL, type INTEGER NOT NULL, rows INTEGER NOT NULL, contacts INTEGER NOT NULL);
        CREATE UNIQUE INDEX streams_by_campaign ON streams (campaign, type);
        -- Who they are: what has been gathered, and what came since.
        CREATE TABLE contact_sets (stream INTEGER NOT NULL, part INTEGER NOT NULL, contacts BLOB NOT NULL, PRIMARY KEY (stream, part)) WITHOUT ROWID;
        CREATE TABLE contact_log (id INTEGER PRIMARY KEY, contacts BLOB NOT NULL);
        -- Counters and marks.
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        -- Up to where recent rows were dealt with: those of the first fill down to a key, then later ones up to an arrival.
        CREATE TABLE consumers (
            method TEXT NOT NULL, name TEXT NOT NULL, key INTEGER NOT NULL, arrival INTEGER NOT NULL, PRIMARY KEY (method, name)) WITHOUT ROWID;
        -- Campaigns with rows that have not been audited.
        CREATE TABLE touched (campaign INTEGER PRIMARY KEY);
        """

    /// What syncs remember.
    private static let ledger = """

        -- What a sync has read: dates from since on, the newest of them; scope is a campaign, or empty for all.
        CREATE TABLE coverage (
            method TEXT NOT NULL, scope TEXT NOT NULL, since INTEGER NOT NULL, newest INTEGER, PRIMARY KEY (method, scope)) WITHOUT ROWID;
        -- Up to which date everything has been read again at an age in seconds.
        CREATE TABLE late_marks (
            method TEXT NOT NULL, scope TEXT NOT NULL, age INTEGER NOT NULL, date INTEGER NOT NULL, PRIMARY KEY (method, scope, age)) WITHOUT ROWID;
        -- Windows of dates that are still to be read; without a last date they have no end. The counts are of what has been read of them.
        CREATE TABLE windows (
            id INTEGER PRIMARY KEY, method TEXT NOT NULL, scope TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER, reasons INTEGER NOT NULL,
            settled INTEGER, expected INTEGER, fetched INTEGER NOT NULL, new INTEGER NOT NULL, repeated INTEGER NOT NULL, late INTEGER NOT NULL,
            repaired INTEGER NOT NULL, problem TEXT);
        -- Answers of recent feeds as they came, until their rows are in.
        CREATE TABLE inbox (id INTEGER PRIMARY KEY, method TEXT NOT NULL, received INTEGER NOT NULL, body BLOB NOT NULL);
        -- Answers of recent feeds that may have been lost.
        CREATE TABLE gaps (
            id INTEGER PRIMARY KEY, method TEXT NOT NULL, noticed INTEGER NOT NULL, first INTEGER, state INTEGER NOT NULL, reason TEXT NOT NULL,
            recovered INTEGER NOT NULL);
        """

    /// What webhooks told. An event's state is one of `EventState`; its kind is that of its row, none once the row that confirmed it has become
    /// another; its row is the key of the provisional one in its kind's table, where that is among the others.
    private static let events = """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, received INTEGER NOT NULL, type INTEGER NOT NULL, date INTEGER, campaign INTEGER,
            contact INTEGER, kind TEXT, state INTEGER NOT NULL, row INTEGER, event TEXT NOT NULL);
        CREATE INDEX events_by_hash ON events (hash);
        CREATE INDEX events_by_contact ON events (contact, date, campaign, type, state) WHERE kind IS NOT NULL;
        CREATE INDEX events_provisional ON events (campaign, date) WHERE state = \(EventState.provisional.rawValue);
        """

    /// By which rows are found and put in order. Made when a kind's first fill is done, which they would slow down. Newest first, and
    /// of one second the larger id: the smaller key.
    static func indexes(of kind: RowKind) -> [(name: String, sql: String)] {
        let table = RowLayout.of(kind).table
        let indexes = [
            ("date", "(date DESC)"), ("campaign", "(campaign, date DESC)"), ("contact", "(contact, date DESC)"),
            ("external_id", "(external_id, date DESC) WHERE external_id IS NOT NULL"), ("arrival", "(arrival) WHERE arrival IS NOT NULL"),
        ]
        return indexes.map { ("\(table)_by_\($0.0)", "CREATE INDEX IF NOT EXISTS \(table)_by_\($0.0) ON \(table) \($0.1)") }
    }
}
