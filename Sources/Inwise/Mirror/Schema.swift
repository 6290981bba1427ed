// SPDX-License-Identifier: MIT

/// The tables that hold an account's rows.
///
/// Dates are `WallTime` seconds. The id of a row is the service's own, `row_index` for sent mails; what comes later has the
/// larger id, so that ids are also the order of arrival. Texts that many rows share are numbers of `names`.
enum Schema {
    static let tables = """
        CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, external_id TEXT);
        CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        CREATE TABLE sent (
            id INTEGER PRIMARY KEY, date INTEGER NOT NULL, campaign INTEGER NOT NULL, contact INTEGER NOT NULL,
            transaction_id TEXT, message_size INTEGER, source INTEGER);
        CREATE TABLE undelivered (
            id INTEGER PRIMARY KEY, date INTEGER NOT NULL, campaign INTEGER NOT NULL, contact INTEGER NOT NULL,
            reason INTEGER);
        CREATE TABLE activities (
            id INTEGER PRIMARY KEY, date INTEGER NOT NULL, campaign INTEGER NOT NULL, contact INTEGER NOT NULL,
            type INTEGER, ip TEXT, remarks TEXT, additional_data TEXT);
        CREATE TABLE feeds (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// A page is a piece of one of these: by date, then id, of everything or of a campaign. Made after a first fill,
    /// which they would slow down.
    static let indexes = """
        CREATE INDEX contacts_by_external_id ON contacts (external_id) WHERE external_id IS NOT NULL;
        CREATE INDEX sent_by_date ON sent (date);
        CREATE INDEX sent_by_campaign ON sent (campaign, date);
        CREATE INDEX undelivered_by_date ON undelivered (date);
        CREATE INDEX undelivered_by_campaign ON undelivered (campaign, date);
        CREATE INDEX activities_by_date ON activities (date);
        CREATE INDEX activities_by_campaign ON activities (campaign, date);
        """

    static func table(of kind: RowKind) -> String {
        switch kind {
        case .sentEmails: "sent"
        case .undelivered: "undelivered"
        case .activities: "activities"
        }
    }
}
