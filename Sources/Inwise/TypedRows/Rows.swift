// SPDX-License-Identifier: MIT

/// Every row of an answer, each exactly once: asked for when it is walked, page by page, memory flat.
///
///     for try await activity in client.activities(campaignID: 1_958_368, dateFrom: "2024-09-01") { … }
///
/// Each walk begins anew. Where nothing may be awaited, ``cursor()`` walks and blocks.
public struct Rows<Row: Sendable>: Sendable {
    let client: InwiseClient
    let method: Method
    let query: Query
    let makeRow: @Sendable (inout RowTaker, borrowing RowColumns) -> Row
    let latest = Latest()

    init(
        _ client: InwiseClient, _ method: Method, _ query: Query,
        _ makeRow: @escaping @Sendable (inout RowTaker, borrowing RowColumns) -> Row
    ) {
        self.client = client
        self.method = method
        self.query = query
        self.makeRow = makeRow
    }

    /// A walk whose steps block. Nothing is sent before the first.
    ///
    /// - Throws: `.argument` for a query that the method can't be asked; `.closed`.
    public func cursor() throws(InwiseError) -> RowCursor<Row> {
        RowCursor(try client.cursor(method, query), RowDecoder(method.rowKind ?? .activities, makeRow), latest)
    }

    /// How the latest walk stood behind its latest page; nil before there was one.
    public var info: CursorInfo? { latest.info }

    /// What walks of the same rows share.
    final class Latest: @unchecked Sendable {  // guarded by ForkLock
        private var value: CursorInfo?
        var info: CursorInfo? {
            get { ForkLock.withLock { value } }
            set { ForkLock.withLock { value = newValue } }
        }
    }
}
