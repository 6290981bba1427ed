// SPDX-License-Identifier: MIT

/// A walk over every page of an answer: each row exactly once, memory flat, several requests in the air.
///
/// It may be used from any thread; its steps and the calls of its client wait for each other.
public final class InwiseCursor: @unchecked Sendable {  // all state is used inside the client's gate, unless it says otherwise
    private let client: InwiseClient
    private let method: Method
    private let query: Query
    private var walk: PageWalk
    private var source: any PageSource
    private var session: InwiseClient.Session
    private var pages: [Int: RowPage] = [:]
    /// Where pages are scanned, one after the other.
    private var scratch = RowColumns(wantsPatches: true)
    private var progress = CursorInfo()
    /// What sources of before a fork had cost.
    private var earlier = Traffic()
    /// How the walk stood at the end of its latest step; nil once it is closed. Guarded by ForkLock.
    private var shown: CursorInfo?
    private var hasBegun = false
    /// A page of one row shows no order.
    private static let smallestPage = 2
    private var mark = ForkMark()

    init(client: InwiseClient, _ method: Method, _ query: Query) throws(InwiseError) {
        self.client = client
        self.method = method
        self.query = query
        session = client.currentSession
        let source = try session.backend.pages(of: method, query)
        self.source = source
        walk = PageWalk(
            pageSize: max(source.pageSize, Self.smallestPage), firstPage: nil, limit: source.limit,
            isSpeculative: source.isSpeculative)
        progress.windowDefaulted = query.windowIsDefaulted(for: method)
        shown = progress
    }

    deinit {
        // In a forked child the source's connections are still the parent's.
        guard hasBegun, session === client.currentSession else { return }
        let source = source
        session.afterwards { source.abandon() }
    }

    /// The next rows, a JSON array that is not empty, or nil when there are no more.
    ///
    /// After an error the next call tries again from the same place; no row is lost by it.
    public func next() throws(InwiseError) -> String? {
        try nextRows()?.text
    }

    package func nextRows() throws(InwiseError) -> ByteBuffer? {
        try entered { session, call throws(InwiseError) in
            try attach(to: session)
            return try advance(call)
        }
    }

    /// The next rows, and how the walk stands behind them.
    func nextRows(_ entry: InwiseClient.Entry?) throws(InwiseError) -> (rows: ByteBuffer?, info: CursorInfo) {
        try entered(entry) { session, call throws(InwiseError) in
            try attach(to: session)
            let rows = try advance(call)
            return (rows, standing)
        }
    }

    /// How the walk stood at the end of its latest step. Waits for none.
    public func info() throws(InwiseError) -> CursorInfo {
        try client.checkOpen()
        guard let shown = ForkLock.withLock({ shown }) else { throw .closedHandle("cursor") }
        return shown
    }

    private var standing: CursorInfo {
        var info = progress
        let traffic = source.traffic
        info.requests = earlier.requests + traffic.requests
        info.retries = earlier.retries + traffic.retries
        info.bytes = earlier.bytes + traffic.bytes
        info.duplicates = walk.repeatedRows
        return info
    }

    /// Ends the walk. A step on another thread goes on to its end. Waits for none; harmless to repeat.
    public func close() {
        ForkLock.withLock { shown = nil }
        let session = client.currentSession
        session.afterwards { [weak self] in
            guard let self else { return }
            // In a forked child the source's connections are still the parent's.
            if session === self.session { source.abandon() }
            pages = [:]
        }
    }

    // MARK: Walking

    private func advance(_ call: Call) throws(InwiseError) -> ByteBuffer? {
        while true {
            let step = walk.step()
            for notice in walk.notices { call.log.write(.info) { "\(method.rawValue): \(notice)" } }
            walk.notices = []
            switch step {
            case .deliver(let token, let rows):
                guard let page = pages.removeValue(forKey: token) else {
                    throw InwiseError(.internal, "A page is missing in the walk.")
                }
                progress.pages += 1
                progress.rows += rows.count
                try ask()
                source.push(call)
                return try page.text(keeping: rows.count == page.count ? nil : rows)
            case .discard(let token):
                pages[token] = nil
            case .wait:
                if !hasBegun { walk.begin(at: source.firstPage) }
                hasBegun = true
                try ask()
                try receive(call)
            case .done:
                source.abandon()
                return nil
            case .fail(let error):
                throw error
            }
        }
    }

    private func ask() throws(InwiseError) {
        if source.firstPage == nil, let firstPage = walk.firstPage { source.firstPage = firstPage }
        for request in walk.requests() { try source.request(request) }
    }

    private func receive(_ call: Call) throws(InwiseError) {
        do {
            let (token, attempts, outcome) = try source.next(call)
            do throws(InwiseError) {
                let page = try RowPage(try outcome.get(), method.rowKind ?? .activities, scratch: &scratch)
                if walk.receive(token, .rows(page.identities, areOwn: page.hasIdentities)) { pages[token] = page }
            } catch {
                _ = walk.receive(token, .failed(error.after(attempts: attempts)))
            }
        } catch {
            // The source has given up what was under way.
            walk.forgetRequests()
            throw error
        }
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

    /// In a forked child: goes on over the child's own connections.
    private func attach(to session: InwiseClient.Session) throws(InwiseError) {
        guard session !== self.session else { return }
        let source = try session.backend.pages(of: method, query)
        earlier.requests += self.source.traffic.requests
        earlier.retries += self.source.traffic.retries
        earlier.bytes += self.source.traffic.bytes
        self.source = source
        self.session = session
        walk.forgetRequests()
    }
}

extension InwiseCursor: CustomStringConvertible, CustomReflectable {
    public var description: String { "InwiseCursor(\(method.rawValue), \(client))" }

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
