// SPDX-License-Identifier: MIT

/// Takes rows in, each once, as the service writes them. Inside a transaction that writes.
final class RowIntake {
    unowned let store: Store
    /// Where pages are scanned, one after the other.
    var columns = RowColumns()
    private var batches: [RowKind: RowBatch] = [:]
    /// By kind: the number of the next row that arrives; nil before the kind is sealed.
    private var arrivals: [RowKind: Int64?] = [:]
    var spare = Spare()
    /// Whether sent mails go by their values, since their row_index is no id; nil until it is asked for.
    private var sentGoesByValues: Bool?

    init(_ store: Store) { self.store = store }

    /// Forgets what is known: the database may hold something else.
    func forget() {
        arrivals = [:]
        sentGoesByValues = nil
    }

    /// Whether rows of a kind go by their values whatever ids they have.
    func goesByValues(_ kind: RowKind) throws(InwiseError) -> Bool {
        guard kind == .sentEmails else { return false }
        if let known = sentGoesByValues { return known }
        let found = try store.state(Store.sentGoesByValues) == 1
        sentGoesByValues = found
        return found
    }

    /// Takes the rows of a page in.
    ///
    /// - Parameters:
    ///   - page: a JSON array of rows. Checked by the rules of `RowPage`.
    ///   - view: what the reader of the page knows.
    /// - Throws: `.protocol` for what isn't rows; then nothing of it may be kept.
    func add(_ kind: RowKind, _ page: ByteBuffer, _ view: PageView = PageView()) throws(InwiseError) -> PageCounts {
        let bytes = page.bytes
        spare.begin()
        var taker = try PageTaker(self, kind, bytes, view)
        var failure: InwiseError?
        do {
            try RowScanner.scan(bytes, into: &columns) { columns in
                guard failure == nil else { return }
                do throws(InwiseError) {
                    for number in 0..<columns.count { try taker.take(number, columns) }
                    try taker.flush(columns)
                } catch {
                    failure = error
                }
            }
        } catch {
            taker.batch.letGo()
            throw error.error(in: .answer)
        }
        taker.batch.letGo()
        if let failure { throw failure }
        if !taker.changed.isEmpty { try store.tally.rebuild(taker.changed) }
        if let next = taker.nextArrival, next != arrivals[kind] { noteArrival(kind, next: next) }
        return withExtendedLifetime(page) { taker.counts }
    }

    func batch(of kind: RowKind) -> RowBatch {
        if let batch = batches[kind] { return batch }
        let batch = RowBatch(RowLayout.of(kind), store)
        batches[kind] = batch
        return batch
    }

    /// The number of the next row of a kind that arrives; nil before the kind is sealed.
    func nextArrival(_ kind: RowKind) throws(InwiseError) -> Int64? {
        if let known = arrivals[kind] { return known }
        var next: Int64?
        if try store.isSealed(kind) {
            let table = RowLayout.of(kind).table
            // Named, so that it is one step: the largest is at the index's end.
            let last = try store.statement("SELECT max(arrival) FROM \(table) WHERE arrival IS NOT NULL").firstInteger() ?? 0
            // Provisional rows are numbered below all.
            next = max(last, 0) + 1
        }
        arrivals[kind] = .some(next)
        return next
    }

    func noteArrival(_ kind: RowKind, next: Int64) {
        arrivals[kind] = next
        store.noteChange()
    }

    /// Memory for the texts of rows that don't lie in its page as they are.
    struct Spare {
        private var buffers: [UnsafeMutableRawBufferPointer] = []
        private var used = 0

        mutating func begin() { used = 0 }

        /// Room for so many bytes, which lasts until `begin`.
        mutating func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
            if used == buffers.count { buffers.append(.allocate(byteCount: max(count, 256), alignment: 1)) }
            if buffers[used].count < count {
                buffers[used].deallocate()
                buffers[used] = .allocate(byteCount: count * 2, alignment: 1)
            }
            defer { used += 1 }
            return buffers[used]
        }

        func release() { for buffer in buffers { buffer.deallocate() } }
    }

    deinit { spare.release() }
}

/// What the reader of a page knows beside the page.
struct PageView {
    /// The clock: what is dated later lies in the future.
    var now = WallTime(seconds: .max)
    /// New rows dated before this, and from `since` on, come late: all that was there had been read. Nil where nothing had.
    var settled: WallTime?
    var since = WallTime(seconds: .min)
    /// Keys of rows that this reader has counted already.
    var counted: Set<Int64> = []
}

/// What became of the rows of pages.
struct RowCounts: Equatable {
    /// Rows that came.
    var fetched = 0
    /// Rows that were not there.
    var new = 0
    /// Rows that were there.
    var repeated = 0
    /// New rows, dated where all had been read before.
    var late = 0
    /// Repeated rows that came with other values.
    var repaired = 0

    static func += (sum: inout RowCounts, more: RowCounts) {
        sum.fetched += more.fetched
        sum.new += more.new
        sum.repeated += more.repeated
        sum.late += more.late
        sum.repaired += more.repaired
    }
}

/// What a page held.
struct PageCounts {
    var rows = RowCounts()
    /// Rows on it, also those that had been counted.
    var size = 0
    /// Of rows that have a date.
    var oldest = WallTime(seconds: .max)
    var newest = WallTime(seconds: .min)
    /// The newest date that doesn't lie in the future.
    var newestPresent: WallTime?
    /// In which order the dates came.
    var descends = true
    var ascends = true
    /// The date of the last row.
    var last = WallTime(seconds: .min)
    var first: WallTime?
    /// A row had no date.
    var hasUndated = false
    /// A row had no id of its own.
    var hasAnonymous = false
    /// Which rows these are.
    var marks: [Mark] = []

    struct Mark {
        let date: Int64
        let key: Int64
    }

    /// Days that new rows are dated.
    var newDays: Set<Int64> = []
    /// New rows that webhooks had told of.
    var confirmed = 0
    /// A sent mail has the row_index of another: it is no id, and all of them are to come anew; see `Store.beginSentAnew`.
    var hasConflict = false
}
