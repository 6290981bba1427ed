// SPDX-License-Identifier: MIT

/// An account's rows at rest: what the service's rules read, and what fills it.
final class Store {
    let database: Database
    private var statements: [String: Statement] = [:]
    private var texts: [Int64: TextBuilder] = [:]
    private var numbers: [String: Int64] = [:]

    private let contactInsert, mailInsert, undeliveredInsert, activityInsert: Statement

    /// Makes an empty store in memory. Fill it, then call `finishFill`.
    init() throws(InwiseError) {
        database = try Database()
        // What fails half-way is thrown away whole: no journal until the first fill is done.
        try database.execute("PRAGMA journal_mode = OFF; PRAGMA temp_store = MEMORY;")
        try database.execute(Schema.tables)
        contactInsert = try database.prepare("INSERT INTO contacts VALUES (?1, ?2, ?3)")
        mailInsert = try database.prepare("INSERT INTO sent VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        undeliveredInsert = try database.prepare("INSERT INTO undelivered VALUES (?1, ?2, ?3, ?4, ?5)")
        activityInsert = try database.prepare("INSERT INTO activities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
    }

    /// Makes the store ready for questions, and safe against calls that end half-way.
    func finishFill() throws(InwiseError) {
        try database.execute(Schema.indexes)
        try database.execute("PRAGMA journal_mode = MEMORY")
    }

    /// A prepared statement that is kept for the next time.
    func statement(_ sql: String) throws(InwiseError) -> Statement {
        if let statement = statements[sql] { return statement }
        let statement = try database.prepare(sql)
        statements[sql] = statement
        return statement
    }

    // MARK: Shared texts

    /// The number of a text, given to it now if it is new.
    func name(_ text: String) throws(InwiseError) -> Int64 {
        if let number = numbers[text] { return number }
        let number = Int64(numbers.count + 1)
        let insert = try statement("INSERT INTO names VALUES (?1, ?2)")
        try insert.bind(1, number)
        try insert.bind(2, text)
        try insert.run()
        numbers[text] = number
        texts[number] = TextBuilder(text)
        return number
    }

    /// The number of a text that some row has or could have; nil if none does.
    func existingName(_ text: String) -> Int64? { numbers[text] }

    func text(ofName number: Int64) -> TextBuilder? { texts[number] }

    // MARK: Filling

    func insert(_ contact: StoredContact) throws(InwiseError) {
        try contactInsert.bind(1, contact.id)
        try contactInsert.bind(2, contact.email)
        try contactInsert.bind(3, contact.externalID)
        try contactInsert.run()
    }

    func insert(_ mail: StoredMail) throws(InwiseError) {
        try mailInsert.bind(1, mail.id)
        try mailInsert.bind(2, mail.date.seconds)
        try mailInsert.bind(3, mail.campaign)
        try mailInsert.bind(4, mail.contact)
        try mailInsert.bind(5, mail.transactionID)
        try mailInsert.bind(6, mail.messageSize)
        try mailInsert.bind(7, mail.source)
        try mailInsert.run()
    }

    func insert(_ undelivered: StoredUndelivered) throws(InwiseError) {
        try undeliveredInsert.bind(1, undelivered.id)
        try undeliveredInsert.bind(2, undelivered.date.seconds)
        try undeliveredInsert.bind(3, undelivered.campaign)
        try undeliveredInsert.bind(4, undelivered.contact)
        try undeliveredInsert.bind(5, undelivered.reason)
        try undeliveredInsert.run()
    }

    func insert(_ activity: StoredActivity) throws(InwiseError) {
        try activityInsert.bind(1, activity.id)
        try activityInsert.bind(2, activity.date.seconds)
        try activityInsert.bind(3, activity.campaign)
        try activityInsert.bind(4, activity.contact)
        try activityInsert.bind(5, activity.type)
        try activityInsert.bind(6, activity.ip)
        try activityInsert.bind(7, activity.remarks)
        try activityInsert.bind(8, activity.additionalData)
        try activityInsert.run()
    }

    // MARK: Feeds

    /// The id of the last row of this kind that its recent feed has given out.
    func feedPosition(_ kind: RowKind) throws(InwiseError) -> Int64 {
        let select = try statement("SELECT position FROM feeds WHERE name = ?1")
        try select.bind(1, kind.rawValue)
        return try select.firstInteger() ?? 0
    }

    func setFeedPosition(_ kind: RowKind, _ position: Int64) throws(InwiseError) {
        let update = try statement("INSERT INTO feeds VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET position = ?2")
        try update.bind(1, kind.rawValue)
        try update.bind(2, position)
        try update.run()
    }

    /// Lets a kind's feed begin with its rows of `date` and later.
    func startFeed(_ kind: RowKind, at date: WallTime) throws(InwiseError) {
        let last = try statement("SELECT max(id) FROM \(Schema.table(of: kind)) WHERE date < ?1")
        try last.bind(1, date.seconds)
        try setFeedPosition(kind, try last.firstInteger() ?? 0)
    }
}
