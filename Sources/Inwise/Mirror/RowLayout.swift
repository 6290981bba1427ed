// SPDX-License-Identifier: MIT

/// Which field of a kind of row is which column of its table.
///
/// What the columns can't say stands in two more: `nulls`, a bit for each field (by `RowField.rawValue`) that is null, and `extra`,
/// the members that no column takes, as JSON text without braces. The bit of a column that has a value says that the member itself is
/// in `extra`: the value is for finding the row only. `arrival` counts the rows that came after the first fill; it is
/// `provisional` for one that a webhook told of and the service has not given yet.
struct RowLayout: Sendable {
    enum Role {
        /// The row's id, as `RowKey`.
        case key
        /// Seconds, as `WallTime`; `undated` for none.
        case date
        /// An id of something else.
        case id
        case number
        /// A text that many rows share: a number of `names`.
        case name
        case text
    }

    struct Column {
        let field: RowField
        let role: Role
    }

    let kind: RowKind
    let table: String
    /// In the order of the table: their place is the column's *slot*.
    let columns: [Column]
    /// The names of all columns, in the order of slots.
    let names: [String]
    /// Slots in the order in which the vendor's samples have the fields.
    let written: [Int]

    // The slots that every table begins with.
    static let key = 0, date = 1, campaign = 2, contact = 3

    var nulls: Int { columns.count }
    var extra: Int { columns.count + 1 }
    var arrival: Int { columns.count + 2 }
    var slots: Int { columns.count + 3 }

    /// Stands for no date: before all others.
    static let undated = Int64.min
    /// An arrival before all others: recent feeds leave these rows out.
    static let provisional: Int64 = -1
    /// The member that provisional rows have beside the service's.
    static let provisionalMember: StaticString = "\"provisional\":true"

    /// The fields that have a column, a bit each.
    let fields: UInt64

    func has(_ field: RowField) -> Bool { fields >> UInt64(field.rawValue) & 1 == 1 }

    /// By field.
    private let slotsOfFields: [Int]

    /// The slot of a field that this kind of row has.
    func slot(_ field: RowField) -> Int { slotsOfFields[Int(field.rawValue)] }

    /// The slot of the column of shared texts: each kind has one.
    let name: Int

    private init(_ kind: RowKind, _ table: String, _ more: [(RowField, Role)], order: [RowField]) {
        let common: [Column] = [
            Column(field: kind.identity, role: .key), Column(field: kind.date, role: .date),
            Column(field: .campaignID, role: .id), Column(field: .contactID, role: .id),
        ]
        self.kind = kind
        self.table = table
        let columns = common + more.map { Column(field: $0.0, role: $0.1) }
        names = ["key", "date", "campaign", "contact"] + more.map { "\($0.0.name)" } + ["nulls", "extra", "arrival"]
        self.columns = columns
        written = order.compactMap { field in columns.firstIndex { $0.field == field } }
        fields = columns.reduce(0) { $0 | 1 << UInt64($1.field.rawValue) }
        slotsOfFields = RowField.allCases.map { field in columns.firstIndex { $0.field == field } ?? 0 }
        name = columns.firstIndex { $0.role == .name } ?? 0
    }

    static let sent = RowLayout(
        .sentEmails, "sent",
        [(.sendingSource, .name), (.messageSize, .number), (.transactionID, .text), (.email, .text), (.externalID, .text)],
        order: [
            .rowIndex, .transactionID, .contactID, .campaignID, .dateSent, .email, .messageSize, .sendingSource, .externalID,
        ])
    static let undelivered = RowLayout(
        .undelivered, "undelivered", [(.reason, .name), (.email, .text), (.externalID, .text)],
        order: [.id, .campaignID, .email, .contactID, .reason, .createDate, .externalID])
    static let activities = RowLayout(
        .activities, "activities",
        [(.actionType, .name), (.ip, .text), (.remarks, .text), (.additionalData, .text), (.externalID, .text)],
        order: [.id, .actionDate, .contactID, .campaignID, .ip, .actionType, .remarks, .additionalData, .externalID])

    static func of(_ kind: RowKind) -> RowLayout {
        switch kind {
        case .sentEmails: sent
        case .undelivered: undelivered
        case .activities: activities
        }
    }

    /// What the column of shared texts is called.
    var nameColumn: String { names[name] }

    /// The statement that makes its table.
    var definition: String {
        let types = zip(columns, names).map { column, name in
            switch column.role {
            case .key: "\(name) INTEGER PRIMARY KEY"
            case .date: "\(name) INTEGER NOT NULL"
            case .id, .number, .name: "\(name) INTEGER"
            case .text: "\(name) TEXT"
            }
        }
        return "CREATE TABLE \(table) (\((types + ["nulls INTEGER NOT NULL", "extra TEXT", "arrival INTEGER"]).joined(separator: ", ")));"
    }
}

/// Where a row lies in its table.
///
/// By its id from above, so that rows that come newest first, as the service gives them, are put at the table's end: SQLite then
/// appends, where it would split pages. A row without an id of its own lies where a hash of its values says, above all others.
enum RowKey {
    /// Above the ids that there are: keys are then small and positive, which SQLite writes in fewer bytes. Larger ids work too.
    private static let top: Int64 = 1 << 40
    /// Keys from here on are hashes.
    static let firstHash: Int64 = 1 << 62

    /// Nil for an id that lies where hashes do.
    @inline(__always)
    static func of(id: Int64) -> Int64? {
        let (key, overflow) = top.subtractingReportingOverflow(id)
        return overflow || key >= firstHash ? nil : key
    }

    /// Nil where there is none.
    @inline(__always)
    static func id(of key: Int64) -> Int64? { key < firstHash ? top &- key : nil }

    static func of(hash: UInt64) -> Int64 { Int64(bitPattern: hash >> 2 | 1 << 62) }
}
