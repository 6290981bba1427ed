// SPDX-License-Identifier: MIT

/// What a stream of a campaign counts beside an action type, which has a number of `names`.
enum StreamType {
    /// Activities that name no type.
    static let none: Int64 = 0
    static let sent: Int64 = -1
    static let undelivered: Int64 = -2
    /// Web versions of either type: the service counts their contacts together.
    static let webVersions: Int64 = -3
}

/// Rows and distinct contacts of every campaign and action type, kept as rows come in: `streams`.
///
/// Who has been counted is a set in memory while rows of a stream come, loaded when the first one does. On disk it is a list that is
/// gathered now and then from a log, to which each transaction adds but one entry: what is written grows with the rows that are new,
/// not with those that there are.
final class Tally {
    struct Stream {
        let campaign: Int64
        var rows: Int64
        /// Distinct ones.
        var contacts: Int64
        var isChanged = false
        /// Who has been counted; nil until a row comes.
        var set: UnsafeMutablePointer<IDSet>?
    }

    struct Key: Hashable {
        let campaign: Int64
        let type: Int64
    }

    private struct Recent {
        var key = Key(campaign: .min, type: .min)
        var index = -1
    }

    /// A contact that is new in a stream.
    struct Added {
        let index: Int
        let contact: Int64
    }

    unowned let store: Store
    var isLoaded = false
    /// By number, less one. In memory of its own: each row comes here several times.
    var streams = UnsafeMutablePointer<Stream>.allocate(capacity: 16)
    var streamCount = 0
    var streamCapacity = 16
    private var indexes: [Key: Int] = [:]
    /// Streams met last, by some bits of their key.
    private let recent = UnsafeMutablePointer<Recent>.allocate(capacity: recentCount)
    private static let recentCount = 256
    /// Streams of this transaction, and contacts.
    private var changed: [Int] = []
    var added: [Added] = []
    /// Contacts that are in the log and not in the gathered lists yet.
    var logged: [Added] = []
    var logEntries = 0
    private var touched: Set<Int64> = []
    /// Types that are counted together beside each for itself.
    var webVersionTypes: (Int64, Int64) = (.min, .min)
    /// The streams of a batch's rows.
    private let found = UnsafeMutablePointer<Int>.allocate(capacity: RowBatch.capacity)

    /// Bytes of sets above which those that were not used last are let go.
    private static let mostBytes = 512 << 20

    init(_ store: Store) {
        self.store = store
        recent.initialize(repeating: Recent(), count: Self.recentCount)
        found.initialize(repeating: 0, count: RowBatch.capacity)
    }

    deinit {
        releaseSets()
        streams.deallocate()
        recent.deallocate()
        found.deallocate()
    }

    /// Forgets what is known: the database may hold something else.
    func forget() {
        isLoaded = false
        releaseSets()
        streamCount = 0
        indexes = [:]
        recent.update(repeating: Recent(), count: Self.recentCount)
        changed = []
        added = []
        logged = []
        touched = []
        webVersionTypes = (.min, .min)
    }

    private func releaseSets() { for index in 0..<streamCount { releaseSet(index) } }

    func releaseSet(_ index: Int) {
        guard let set = streams[index].set else { return }
        set.pointee.release()
        set.deallocate()
        streams[index].set = nil
    }

    // MARK: Counting

    /// Counts the first rows of a batch, which are new. Inside a transaction that writes.
    func count(_ batch: RowBatch, _ count: Int) throws(InwiseError) {
        try ensureLoaded()
        let kind = batch.layout.kind, name = batch.layout.name
        for number in 0..<count {
            let row = batch.row(number)
            guard let campaign = row.integer(RowLayout.campaign) else {
                found[number] = -1
                continue
            }
            let index = try index(of: Key(campaign: campaign, type: StreamType.of(kind, name: row.integer(name))))
            found[number] = index
            if let contact = row.integer(RowLayout.contact) { streams[index].set?.pointee.prefetch(contact) }
        }
        for number in 0..<count where found[number] >= 0 {
            let row = batch.row(number)
            try add(found[number], row.integer(RowLayout.contact))
            if kind == .activities { try addWebVersion(row.integer(RowLayout.campaign), row.integer(name), row.integer(RowLayout.contact)) }
        }
    }

    /// Counts a row that is new. Inside a transaction that writes.
    func count(campaign: Int64, type: Int64, contact: Int64?) throws(InwiseError) {
        try ensureLoaded()
        try add(try index(of: Key(campaign: campaign, type: type)), contact)
        try addWebVersion(campaign, type, contact)
    }

    /// Counts a row that is not in yet, without the set of all who have been counted: for rows that come one by one.
    func countOne(_ kind: RowKind, campaign: Int64, type: Int64, contact: Int64) throws(InwiseError) {
        // Without an index the set is the quicker way.
        guard try store.isSealed(kind) else { return try count(campaign: campaign, type: type, contact: contact) }
        try ensureLoaded()
        try addOne(try index(of: Key(campaign: campaign, type: type)), kind, campaign, kind == .activities ? [type] : [], contact)
        let types = webVersionTypes
        guard type == types.0 || type == types.1 else { return }
        try addOne(try index(of: Key(campaign: campaign, type: StreamType.webVersions)), kind, campaign, [types.0, types.1], contact)
    }

    private func addOne(_ index: Int, _ kind: RowKind, _ campaign: Int64, _ types: [Int64], _ contact: Int64) throws(InwiseError) {
        guard streams[index].set == nil, let isThere = try hasRow(kind, campaign, types, contact) else { return try add(index, contact) }
        noteChanged(index)
        streams[index].rows &+= 1
        guard !isThere else { return }
        streams[index].contacts &+= 1
        added.append(Added(index: index, contact: contact))
    }

    /// Whether a contact has a row in a campaign, of one of these types or of any; nil where it has too many rows to look through.
    private func hasRow(_ kind: RowKind, _ campaign: Int64, _ types: [Int64], _ contact: Int64) throws(InwiseError) -> Bool? {
        let layout = RowLayout.of(kind)
        let select = try store.statement("SELECT campaign, \(layout.nameColumn) FROM \(layout.table) WHERE contact = ?1")
        try select.bind(1, contact)
        defer { select.reset() }
        var looked = 0
        while try select.step() {
            if select.optional(0) == campaign, types.isEmpty || select.optional(1).map(types.contains) ?? false { return true }
            looked += 1
            if looked == Self.mostLookedThrough { return nil }
        }
        return false
    }

    private static let mostLookedThrough = 200

    /// Takes back that a row was counted whose contact has another. Inside a transaction that writes.
    func discount(campaign: Int64, type: Int64) throws(InwiseError) {
        try ensureLoaded()
        let types = webVersionTypes
        for type in type == types.0 || type == types.1 ? [type, StreamType.webVersions] : [type] {
            let index = try index(of: Key(campaign: campaign, type: type))
            noteChanged(index)
            streams[index].rows &-= 1
        }
    }

    @inline(__always)
    private func addWebVersion(_ campaign: Int64?, _ type: Int64?, _ contact: Int64?) throws(InwiseError) {
        let types = webVersionTypes
        guard let campaign, let type, type == types.0 || type == types.1 else { return }
        try add(try index(of: Key(campaign: campaign, type: StreamType.webVersions)), contact)
    }

    @inline(__always)
    private func add(_ index: Int, _ contact: Int64?) throws(InwiseError) {
        let stream = streams + index
        noteChanged(index)
        stream.pointee.rows &+= 1
        guard let contact else { return }
        let set = if let known = stream.pointee.set { known } else { try loadSet(index) }
        guard set.pointee.insert(contact) else { return }
        stream.pointee.contacts &+= 1
        added.append(Added(index: index, contact: contact))
    }

    @inline(__always)
    private func noteChanged(_ index: Int) {
        guard !streams[index].isChanged else { return }
        streams[index].isChanged = true
        changed.append(index)
    }

    @inline(__always)
    private func index(of key: Key) throws(InwiseError) -> Int {
        let place = Int(truncatingIfNeeded: key.campaign &* 31 &+ key.type) & (Self.recentCount &- 1)
        let known = recent[place]
        if known.key.campaign == key.campaign, known.key.type == key.type, known.index >= 0 { return known.index }
        let index = try findIndex(of: key)
        recent[place] = Recent(key: key, index: index)
        return index
    }

    private func findIndex(of key: Key) throws(InwiseError) -> Int {
        if let index = indexes[key] { return index }
        let insert = try store.statement("INSERT INTO streams VALUES (?1, ?2, ?3, 0, 0)")
        try insert.bind([.integer(Int64(streamCount) + 1), .integer(key.campaign), .integer(key.type)])
        try insert.run()
        note(Stream(campaign: key.campaign, rows: 0, contacts: 0), key)
        return streamCount - 1
    }

    func note(_ stream: Stream, _ key: Key) {
        if streamCount == streamCapacity {
            let grown = UnsafeMutablePointer<Stream>.allocate(capacity: streamCapacity * 2)
            grown.moveInitialize(from: streams, count: streamCount)
            streams.deallocate()
            streams = grown
            streamCapacity *= 2
        }
        indexes[key] = streamCount
        (streams + streamCount).initialize(to: stream)
        streamCount += 1
    }

    // MARK: Writing

    /// Writes what has changed; the last thing in a transaction.
    ///
    /// - Returns: whether anything has.
    func flush() throws(InwiseError) -> Bool {
        guard !changed.isEmpty else { return false }
        let update = try store.statement("UPDATE streams SET rows = ?2, contacts = ?3 WHERE id = ?1")
        for index in changed {
            try update.bind(1, Int64(index) + 1)
            try update.bind(2, streams[index].rows)
            try update.bind(3, streams[index].contacts)
            try update.run()
            if touched.insert(streams[index].campaign).inserted { try noteTouched(streams[index].campaign) }
            streams[index].isChanged = false
        }
        try writeLog()
        letGo()
        changed.removeAll(keepingCapacity: true)
        return true
    }

    func noteTouched(_ campaign: Int64) throws(InwiseError) {
        let touch = try store.statement("INSERT OR IGNORE INTO touched VALUES (?1)")
        try touch.bind(1, campaign)
        try touch.run()
    }

    /// Campaigns that were noted as touched are to be noted again: they have been audited.
    func forgetTouched() { touched = [] }

    /// Keeps memory bounded: a set that is let go is loaded again when a row of its stream comes.
    private func letGo() {
        var bytes = 0
        for index in 0..<streamCount { bytes += streams[index].set?.pointee.size ?? 0 }
        guard bytes > Self.mostBytes else { return }
        let used = Set(changed)
        for index in 0..<streamCount where !used.contains(index) { releaseSet(index) }
    }
}
