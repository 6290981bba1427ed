// SPDX-License-Identifier: MIT

/// Takes the rows of one page in.
///
/// They are gathered, and go in together where none of them can be there already: where they come in order of their keys, as newest
/// first, and the table has none in between. Otherwise one by one.
struct PageTaker {
    private let intake: RowIntake
    private let tally: Tally
    private let kind: RowKind
    private let layout: RowLayout
    private let page: UnsafeRawBufferPointer
    private let view: PageView
    let batch: RowBatch
    /// Rows gathered, and which of the page's columns they are.
    private var gathered = 0
    private var numbers: [Int] = []
    private var dates: [WallTime?] = []
    private var lastKey = Int64.min
    /// The number of the next row that arrives.
    private(set) var nextArrival: Int64?
    private(set) var counts = PageCounts()
    /// Campaigns whose rows have changed.
    private(set) var changed: Set<Int64> = []
    private var reader: RowReader
    private let goesByValues: Bool
    /// What webhooks told before the service gave it; nil where nothing is left of that.
    private let provisional: ProvisionalRows?
    /// How many rows without an id came before with the same values, by their hash.
    private var occurrences: [UInt64: UInt64] = [:]
    private var lastDay = Int64.min

    init(_ intake: RowIntake, _ kind: RowKind, _ page: UnsafeRawBufferPointer, _ view: PageView) throws(InwiseError) {
        self.intake = intake
        tally = intake.store.tally
        self.kind = kind
        self.page = page
        self.view = view
        layout = RowLayout.of(kind)
        batch = intake.batch(of: kind)
        nextArrival = try intake.nextArrival(kind)
        reader = RowReader(layout, page, intake)
        goesByValues = try intake.goesByValues(kind)
        let provisional = ProvisionalRows(intake.store)
        self.provisional = try provisional.areThere() ? provisional : nil
        numbers.reserveCapacity(RowBatch.capacity)
        dates.reserveCapacity(RowBatch.capacity)
    }

    /// Takes a row, or gathers it. `flush` must follow before the columns change.
    mutating func take(_ number: Int, _ columns: borrowing RowColumns) throws(InwiseError) {
        if goesByValues { return try takeByValues(number, columns) }
        let row = batch.row(gathered)
        let date = try reader.read(number, columns, into: row, keepsIdentity: false)
        guard let key = columns.integer(kind.identity, number).flatMap(RowKey.of(id:)) else {
            // It goes where the batch's place is, so what is gathered goes first.
            let values = (gathered, date)
            try flush(columns)
            if values.0 > 0 { _ = try reader.read(number, columns, into: batch.row(0), keepsIdentity: false) }
            note(date)
            // Another mirror's: the service will give its own.
            if isProvisional(batch.row(0)) { return }
            counts.hasAnonymous = true
            return try putAnonymous(batch.row(0), date)
        }
        row.set(RowLayout.key, key)
        if gathered > 0, key <= lastKey {
            try flush(columns)
            return try take(number, columns)
        }
        numbers.append(number)
        dates.append(date)
        lastKey = key
        gathered += 1
        if gathered == RowBatch.capacity { try flush(columns) }
    }

    /// Takes a row whose id is none: it may have another the next time.
    private mutating func takeByValues(_ number: Int, _ columns: borrowing RowColumns) throws(InwiseError) {
        let row = batch.row(0)
        intake.spare.begin()
        let date = try reader.read(number, columns, into: row, keepsIdentity: false)
        guard !isProvisional(row) else { return note(date) }
        let place = self.place(of: row)
        _ = try reader.read(number, columns, into: row, keepsIdentity: true)
        row.set(RowLayout.key, RowKey.of(hash: place))
        note(date)
        if try !put(row, date) { noteRepeated(row) }
    }

    /// Puts what is gathered into the table.
    mutating func flush(_ columns: borrowing RowColumns) throws(InwiseError) {
        guard gathered > 0 else { return }
        let count = gathered
        gathered = 0
        defer {
            numbers.removeAll(keepingCapacity: true)
            dates.removeAll(keepingCapacity: true)
            intake.spare.begin()
        }
        if count == RowBatch.capacity {
            let first = batch.row(0).integer(RowLayout.key) ?? 0
            if try !batch.hasRows(from: first, to: lastKey) {
                for index in 0..<count { setArrival(batch.row(index)) }
                try batch.insert()
                try tally.count(batch, count)
                for index in 0..<count {
                    note(dates[index])
                    noteNew(batch.row(index), dates[index])
                    try confirm(batch.row(index))
                }
                return
            }
        }
        for index in 0..<count {
            note(dates[index])
            if try put(batch.row(index), dates[index]) { continue }
            try meet(batch.row(index), numbers[index], columns, dates[index])
        }
    }

    // MARK: Putting

    @inline(__always)
    private mutating func setArrival(_ row: RowBatch.Row) {
        guard let arrival = nextArrival else { return }
        row.set(layout.arrival, arrival)
        nextArrival = arrival &+ 1
    }

    /// Inserts a row if its key is free.
    private mutating func put(_ row: RowBatch.Row, _ date: WallTime?) throws(InwiseError) -> Bool {
        let arrival = nextArrival
        setArrival(row)
        guard try batch.insert(row) else {
            nextArrival = arrival
            return false
        }
        if let campaign = row.integer(RowLayout.campaign) {
            try tally.count(
                campaign: campaign, type: StreamType.of(kind, name: row.integer(layout.name)), contact: row.integer(RowLayout.contact))
        }
        noteNew(row, date)
        try confirm(row)
        return true
    }

    /// Lets a new row take the place of the one that a webhook told of.
    @inline(__always)
    private mutating func confirm(_ row: RowBatch.Row) throws(InwiseError) {
        guard let provisional else { return }
        if try provisional.giveWay(to: row, layout) { counts.confirmed += 1 }
    }

    private func isProvisional(_ row: RowBatch.Row) -> Bool {
        guard let extra = row.text(layout.extra) else { return false }
        // Inside a text its quotes would be escaped.
        let member = RowLayout.provisionalMember.bytes
        guard extra.count >= member.count else { return false }
        return (0...(extra.count - member.count)).contains { extra[$0] == ASCII.quote && extra[$0..<($0 + member.count)].elementsEqual(member) }
    }

    /// A row whose id is known.
    private mutating func meet(
        _ row: RowBatch.Row, _ number: Int, _ columns: borrowing RowColumns, _ date: WallTime?
    ) throws(InwiseError) {
        let old = try batch.compare(row)
        if old.isSame { return noteRepeated(row) }
        let moved =
            old.campaign != row.integer(RowLayout.campaign) || old.contact != row.integer(RowLayout.contact)
            || old.date != row.integer(RowLayout.date)
        if kind == .sentEmails, moved {
            // Another mail: this service's row_index is a place in an answer, no id. Who reads begins anew.
            counts.hasConflict = true
            _ = try reader.read(number, columns, into: row, keepsIdentity: true)
            return try putAnonymous(row, date)
        }
        let isOther = StreamType.of(kind, name: old.name) != StreamType.of(kind, name: row.integer(layout.name))
        if moved || isOther { try ProvisionalRows(intake.store).letGo(of: old, layout) }
        try batch.replace(row)
        if isOther || old.campaign != row.integer(RowLayout.campaign) || old.contact != row.integer(RowLayout.contact) {
            for campaign in [old.campaign, row.integer(RowLayout.campaign)] { if let campaign { changed.insert(campaign) } }
        }
        noteRepeated(row)
        counts.rows.repaired += 1
    }

    /// A row that goes by its values, and by how many of the same came before it in its answer.
    private mutating func putAnonymous(_ row: RowBatch.Row, _ date: WallTime?) throws(InwiseError) {
        var place = self.place(of: row)
        while true {
            row.set(RowLayout.key, RowKey.of(hash: place))
            if try put(row, date) { return }
            if try batch.compare(row).isSame { return noteRepeated(row) }
            // Another row happens to lie there.
            place = ByteHash.mix(place, with: 1)
        }
    }

    /// Where a row lies by its values, and by how many of the same came before it in its answer.
    private mutating func place(of row: RowBatch.Row) -> UInt64 {
        let hash = row.hash(before: layout.arrival)
        let occurrence = occurrences[hash, default: 0]
        occurrences[hash] = occurrence + 1
        return ByteHash.mix(hash, with: occurrence)
    }

    // MARK: Counting

    /// Notes a row that came, in the page's order.
    @inline(__always)
    private mutating func note(_ date: WallTime?) {
        counts.size &+= 1
        guard let date else {
            counts.hasUndated = true
            return
        }
        if counts.first == nil {
            counts.first = date
        } else {
            if date > counts.last { counts.descends = false }
            if date < counts.last { counts.ascends = false }
        }
        counts.last = date
        if date < counts.oldest { counts.oldest = date }
        if date > counts.newest { counts.newest = date }
        if date <= view.now, counts.newestPresent.map({ date > $0 }) ?? true { counts.newestPresent = date }
    }

    /// Whether the row has not been counted by this reader before.
    @inline(__always)
    private mutating func isUncounted(_ row: RowBatch.Row) -> Bool {
        let key = row.integer(RowLayout.key) ?? 0
        counts.marks.append(PageCounts.Mark(date: row.integer(RowLayout.date) ?? 0, key: key))
        return view.counted.isEmpty || !view.counted.contains(key)
    }

    private mutating func noteRepeated(_ row: RowBatch.Row) {
        guard isUncounted(row) else { return }
        counts.rows.fetched += 1
        counts.rows.repeated += 1
    }

    /// A row is in that wasn't.
    @inline(__always)
    private mutating func noteNew(_ row: RowBatch.Row, _ date: WallTime?) {
        guard isUncounted(row) else { return }
        counts.rows.fetched &+= 1
        counts.rows.new &+= 1
        guard let date else { return }
        if let settled = view.settled, date < settled, date >= view.since { counts.rows.late &+= 1 }
        let day = date.startOfDay.seconds
        if day != lastDay {
            lastDay = day
            counts.newDays.insert(day)
        }
    }
}
