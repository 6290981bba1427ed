// SPDX-License-Identifier: MIT

/// Counts made of rows: a campaign's funnel, exact, in any number of parts that merge. Not thread-safe: it has one owner.
///
/// - `sent` and `undelivered` count rows, `X` counts activities of a type, `X_unique` distinct contacts among them.
///   A row without an integer `contact_id` counts in `X` but, being nobody's, not in `X_unique`.
/// - A contact counts once per campaign. Rows without an integer `campaign_id` are a campaign of their own, which no
///   id names: they count in the summary of all campaigns only.
/// - `webversions_unique` are the contacts of `emailWebVersion` and `emailPublicWebVersion` together.
/// - An activity whose `action_type` is missing or no text counts as the type with the empty name.
///
/// It keeps who and when of every event, 8 bytes each, so that it can answer for any window and group: see `EventStore`.
package final class Funnel {
    /// All rows ever added; no count is larger, so that only this one can overflow.
    private var rows: Int64 = 0
    private var store: EventStore

    package init() { store = EventStore() }

    // MARK: - Adding

    /// Adds a JSON array of rows, all of them or, on an error, none.
    ///
    /// The same row added twice counts twice: each page once is what a cursor is for. Throws `.protocol` for what is no
    /// array of rows, with the byte at which it is wrong; `.memory`; `.argument` beyond what a funnel can count.
    ///
    /// - Parameter bytes: need not end with NUL, and is not kept.
    package func add(_ kind: RowKind, _ bytes: UnsafeRawBufferPointer) throws(InwiseError) {
        var columns = RowColumns()
        var batches = 0
        var count: Int64 = 0
        do {
            try RowScanner.scan(bytes, into: &columns) { rows in
                batches += 1
                count &+= Int64(rows.count)
            }
        } catch {
            throw error.error(in: .rows)
        }
        let sum = try roomFor(rows: count, contacts: Int(count))
        if batches == 1 {
            store.count(columns, of: kind, in: bytes)
        } else {
            // Nothing may be counted before all of it is known to be good: now it is read again.
            do {
                try RowScanner.scan(bytes, into: &columns) { rows in store.count(rows, of: kind, in: bytes) }
            } catch {
                throw error.error(in: .rows)
            }
        }
        rows = sum
    }

    /// Adds activities that are in columns already, side by side.
    ///
    /// - Parameters:
    ///   - types: for each the position of its type in `names`, which the caller has checked.
    ///   - times: seconds of wall-clock time since 1970-01-01 00:00:00, 0 for unknown; nil for all unknown.
    package func addActivities(
        campaigns: UnsafeBufferPointer<Int64>, contacts: UnsafeBufferPointer<Int64>, types: UnsafeBufferPointer<UInt8>,
        named names: [String], times: UnsafeBufferPointer<UInt32>? = nil
    ) throws(InwiseError) {
        let count = min(campaigns.count, contacts.count, types.count, times?.count ?? .max)
        let sum = try roomFor(rows: Int64(count), contacts: count)
        let slots = names.map { store.addType(Array($0.utf8)) }
        store.countActivities(campaigns, contacts, types, slots, times, count)
        rows = sum
    }

    // MARK: - Merging

    /// Adds all that the other funnel counted, which stays as it was: the result equals adding both sets of rows to one.
    ///
    /// Order and grouping of merges make no difference. With itself, rows count twice and contacts don't. Throws
    /// `.argument` beyond what a funnel can count; then nothing has changed.
    package func merge(_ other: Funnel) throws(InwiseError) {
        let sum = try roomFor(rows: other.rows, contacts: other === self ? 0 : other.store.largestTable)
        if other === self {
            let copy = EventStore(copying: store)
            store.merge(copy)
        } else {
            store.merge(other.store)
        }
        rows = sum
    }

    /// How many rows there will be.
    private func roomFor(rows more: Int64, contacts: Int) throws(InwiseError) -> Int64 {
        let (sum, overflow) = rows.addingReportingOverflow(more)
        guard !overflow else {
            throw .argument(nil, "A funnel can't count more than \(Int64.max) rows. Close it and begin a new one; merging a funnel with itself doubles its rows.")
        }
        // Every name and id that rows can bring has a number below this one.
        guard store.largestTable + contacts < Int(UInt32.max) else {
            throw .argument(nil, "A funnel can't hold more than \(UInt32.max) contacts. Close it and begin a new one, one for each campaign for example.")
        }
        return sum
    }

    // MARK: - Asking

    /// The funnel so far, as `inwise_funnel_summary` describes it.
    ///
    /// Throws `.argument` for dates that are none.
    package func summary(_ query: FunnelQuery = FunnelQuery()) throws(InwiseError) -> JSON {
        try FunnelCounter.json(of: store, query)
    }

    // MARK: - Keeping

    /// The funnel as bytes, which `init(loading:)` takes; the same bytes for the same rows, in whatever order they came.
    package func save() throws(InwiseError) -> ByteBuffer { try FunnelFile.write(store) }

    /// The funnel that was saved as these bytes. Throws `.argument` for any others.
    package init(loading bytes: UnsafeRawBufferPointer) throws(InwiseError) {
        do {
            store = try FunnelFile.read(bytes)
        } catch {
            throw error.error
        }
        rows = store.rows
    }
}
