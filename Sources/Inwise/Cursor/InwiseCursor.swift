// SPDX-License-Identifier: MIT

/// A walk over every row of an answer: each exactly once, memory flat, several requests in the air.
///
/// It may be used from any thread; its steps and the calls of its client wait for each other.
public final class InwiseCursor: @unchecked Sendable {  // all state is used inside the client's gate, unless it says otherwise
    private let client: InwiseClient
    /// Nil where it walks something that the service has not.
    private let method: Method?
    private let walk: any RowWalk
    private let windowDefaulted: Bool
    private var session: InwiseClient.Session
    /// How the walk stood at the end of its latest step; nil once it is closed. Guarded by ForkLock.
    private var shown: CursorInfo?
    private var hasBegun = false
    private var mark = ForkMark()

    init(client: InwiseClient, _ method: Method, _ query: Query) throws(InwiseError) {
        self.client = client
        self.method = method
        session = client.currentSession
        walk = try session.backend.walk(of: method, query)
        windowDefaulted = query.windowIsDefaulted(for: method)
        shown = standing
    }

    init(client: InwiseClient, walk: any RowWalk) {
        self.client = client
        self.walk = walk
        method = nil
        session = client.currentSession
        windowDefaulted = false
        shown = standing
    }

    deinit {
        // In a forked child the walk's connections are still the parent's.
        guard hasBegun, session === client.currentSession else { return }
        let walk = walk
        session.afterwards { walk.abandon() }
    }

    /// The next rows, a JSON array that is not empty, or nil when there are no more.
    ///
    /// After an error the next call tries again from the same place; no row is lost by it.
    public func next() throws(InwiseError) -> String? {
        try nextRows()?.text
    }

    package func nextRows() throws(InwiseError) -> ByteBuffer? {
        try entered { session, call throws(InwiseError) in
            try step(session, call)
        }
    }

    /// The next rows, and how the walk stands behind them.
    func nextRows(_ entry: InwiseClient.Entry?) throws(InwiseError) -> (rows: ByteBuffer?, info: CursorInfo) {
        try entered(entry) { session, call throws(InwiseError) in
            (try step(session, call), standing)
        }
    }

    /// Whether nothing is missing between the rows given, as far as is known. Between two steps, for whoever makes them.
    var isGapless: Bool { walk.isGapless }

    /// How the walk stood at the end of its latest step. Waits for none.
    public func info() throws(InwiseError) -> CursorInfo {
        try client.checkOpen()
        guard let shown = ForkLock.withLock({ shown }) else { throw .closedHandle("cursor") }
        return shown
    }

    private var standing: CursorInfo {
        var info = walk.info
        info.windowDefaulted = windowDefaulted
        return info
    }

    /// Ends the walk. A step on another thread goes on to its end. Waits for none; harmless to repeat.
    public func close() {
        ForkLock.withLock { shown = nil }
        let session = client.currentSession
        session.afterwards { [weak self] in
            guard let self else { return }
            // In a forked child the walk's connections are still the parent's.
            if session === self.session { walk.abandon() }
        }
    }

    // MARK: Stepping

    private func step(_ session: InwiseClient.Session, _ call: Call) throws(InwiseError) -> ByteBuffer? {
        if session !== self.session {
            try walk.attach(to: session.backend)
            self.session = session
        }
        hasBegun = true
        return try walk.next(call)
    }

    // MARK: Entering

    private func entered<Value>(
        _ entry: InwiseClient.Entry? = nil, _ body: (InwiseClient.Session, Call) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        try client.call(method, entry) { session, call throws(InwiseError) in
            guard ForkLock.withLock({ shown }) != nil else { throw .closedHandle("cursor") }
            try mark.enter("cursor")
            defer {
                mark.leave()
                let standing = standing
                ForkLock.withLock { if shown != nil { shown = standing } }
            }
            return try body(session, call)
        }
    }
}

extension InwiseCursor: CustomStringConvertible, CustomReflectable {
    public var description: String { "InwiseCursor(\(method?.rawValue ?? EventQuery.method), \(client))" }

    /// Nothing: what is inside holds the API key.
    public var customMirror: Mirror { Mirror(self, children: [] as [Mirror.Child]) }
}

/// How a walk stands.
public struct CursorInfo: Sendable, Equatable {
    /// Answers with rows that were used.
    public internal(set) var pages = 0
    /// Rows given so far.
    public internal(set) var rows = 0
    /// Rows that the service sent again.
    public internal(set) var duplicates = 0
    /// HTTP requests made, repeats included.
    public internal(set) var requests = 0
    /// Repeats among them.
    public internal(set) var retries = 0
    /// Bytes of the answers, decompressed.
    public internal(set) var bytes = 0
    /// No date was named, so the service answered for the past week only.
    public internal(set) var windowDefaulted = false

    package var json: JSON {
        .object([
            ("pages", .integer(Int64(pages))), ("rows", .integer(Int64(rows))),
            ("duplicates", .integer(Int64(duplicates))), ("requests", .integer(Int64(requests))),
            ("retries", .integer(Int64(retries))), ("bytes", .integer(Int64(bytes))),
            ("window_defaulted", .bool(windowDefaulted)),
        ])
    }
}
