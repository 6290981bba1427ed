// SPDX-License-Identifier: MIT
#if Async

extension Rows: AsyncSequence {
    public typealias Element = Row
    public typealias Failure = InwiseError

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var pages: RowPages<Row>.AsyncIterator
        private var page: [Row] = []
        private var index = 0

        fileprivate init(_ pages: RowPages<Row>.AsyncIterator) { self.pages = pages }

        /// The next row; nil when there are no more. After an error, also `.cancelled`, the next call goes on from the same place.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(InwiseError) -> Row? {
            while index == page.count {
                guard let rows = try await pages.next(isolation: actor) else { return nil }
                page = rows
                index = 0
            }
            defer { index += 1 }
            return page[index]
        }

        public mutating func next() async throws(InwiseError) -> Row? { try await next(isolation: nil) }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pages.makeAsyncIterator()) }

    /// The same rows by pages, none of them empty.
    public var pages: RowPages<Row> { RowPages(rows: self) }
}

/// The pages of an answer, each an array of rows that is not empty.
public struct RowPages<Row: Sendable>: AsyncSequence, Sendable {
    public typealias Element = [Row]
    public typealias Failure = InwiseError

    fileprivate let rows: Rows<Row>

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let rows: Rows<Row>
        private var walk: Walk?

        fileprivate init(_ rows: Rows<Row>) { self.rows = rows }

        /// The next page; nil when there are no more. After an error, also `.cancelled`, the next call goes on from the same place.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(InwiseError) -> [Row]? {
            if walk == nil { walk = Walk(cursor: try rows.cursor()) }
            guard let walk else { return nil }
            return try await rows.client.awaiting(rows.method) { entry throws(InwiseError) in try walk.cursor.nextPage(entry) }
        }

        public mutating func next() async throws(InwiseError) -> [Row]? { try await next(isolation: nil) }

        /// Used by the worker while the iterator's task awaits it, and by nobody else.
        private struct Walk: @unchecked Sendable {
            let cursor: RowCursor<Row>
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rows) }
}

#endif
