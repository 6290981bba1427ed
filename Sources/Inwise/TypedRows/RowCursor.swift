// SPDX-License-Identifier: MIT

/// A walk over typed rows whose steps block, on the thread that makes them.
///
///     let cursor = try client.activities(campaignID: 1_958_368, dateFrom: "2024-09-01").cursor()
///     while let activity = try cursor.next() { … }
///
/// Used by one thread at a time.
public final class RowCursor<Row: Sendable> {
    private let cursor: InwiseCursor
    private let decoder: RowDecoder<Row>
    private let latest: Rows<Row>.Latest
    private var page: [Row] = []
    private var index = 0
    /// A page that could not be made into rows.
    private var undecoded: ByteBuffer?

    init(_ cursor: InwiseCursor, _ decoder: RowDecoder<Row>, _ latest: Rows<Row>.Latest) {
        self.cursor = cursor
        self.decoder = decoder
        self.latest = latest
    }

    /// The next row, or nil when there are no more. After an error the next call goes on from the same place.
    public func next() throws(InwiseError) -> Row? {
        while index == page.count {
            guard let rows = try nextPage() else { return nil }
            page = rows
            index = 0
        }
        defer { index += 1 }
        return page[index]
    }

    /// The rest of the page that ``next()`` is on, or the next one; not empty. Nil when there are no more.
    public func nextPage() throws(InwiseError) -> [Row]? { try nextPage(nil) }

    func nextPage(_ entry: InwiseClient.Entry?) throws(InwiseError) -> [Row]? {
        if index < page.count {
            defer { (page, index) = ([], 0) }
            return Array(page[index...])
        }
        if undecoded == nil {
            let (rows, info) = try cursor.nextRows(entry)
            latest.info = info
            undecoded = rows
        }
        guard let text = undecoded else { return nil }
        let rows = try decoder.rows(of: text)
        undecoded = nil
        return rows
    }

    /// How the walk stands.
    public func info() throws(InwiseError) -> CursorInfo { try cursor.info() }

    /// Ends the walk. Harmless to repeat; a cursor that is let go of ends by itself.
    public func close() { cursor.close() }
}
