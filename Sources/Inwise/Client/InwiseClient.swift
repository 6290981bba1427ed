// SPDX-License-Identifier: MIT

/// A source that answers the campaign-analytics questions: the remote service, a mirror of it in a file, or a sandbox.
///
///     let client = try InwiseClient(apiKey: key)
///     for try await activity in client.activities(campaignID: 1_958_368, dateFrom: "2024-09-01") {
///         print(activity.contactID ?? 0, activity.actionType ?? "")
///     }
///
/// Calls on one client wait for each other; different clients run in parallel. Those that don't `await` block, and run on the
/// calling thread.
public final class InwiseClient: Sendable {
    /// The service's address.
    public static let serviceURL = "https://api.inwise.com/rest/v1"

    private let url: String
    private let session: ProcessLocal<Session>
    private let closed = Flag()
    let log = Log()

    private let timeoutSeconds: Double

    #if Async
        private let workers = ProcessLocal { Worker() }
        /// Makes the calls that are awaited.
        var worker: Worker { workers.current }
    #endif

    /// Opens a source. Nothing is sent yet: a wrong key or an unreachable host shows at the first question.
    ///
    /// - Parameters:
    ///   - url: an http or https base; `file:/path/to/mirror.db`, a mirror, see <doc:Mirror>; or
    ///     `sandbox:?seed=7&campaigns=3&contacts=2000`, a made-up account, the same for the same seed. `inwise.h` has the sandbox's keys.
    ///   - apiKey: sent as `X-API-Key`, to this host alone; printable ASCII. It is in no error, log line or description.
    ///   - options: how it behaves.
    /// - Throws: `.argument` for a URL or an option that is not allowed; `.store` for a mirror's file that can't be used.
    public convenience init(
        _ url: String = serviceURL, apiKey: String? = nil, options: Options = Options()
    ) throws(InwiseError) {
        try self.init(url, options: options.members(apiKey: apiKey))
    }

    package init(_ url: String, options: [(name: String, value: JSON)]) throws(InwiseError) {
        WarmUp.once()
        self.url = url
        var reader = OptionReader(options, as: "options")
        let scheme = url.prefix { $0 != ":" }.lowercased()
        switch scheme {
        case "http", "https":
            let remote = try RemoteOptions(base: url, &reader)
            try reader.finish()
            timeoutSeconds = remote.timeoutSeconds
            session = ProcessLocal { Session(Remote(remote)) }
        case "sandbox":
            let sandbox = try SandboxOptions(url: url, &reader)
            try reader.finish()
            timeoutSeconds = sandbox.timeoutSeconds
            session = ProcessLocal { Session(Sandbox(sandbox)) }
        case "file":
            let mirror = try MirrorOptions(url: url, &reader)
            try reader.finish()
            timeoutSeconds = mirror.timeoutSeconds
            session = ProcessLocal { Session(MirrorSource(mirror)) }
            // What is no mirror shows now, and not at the first question.
            if let source = session.current.backend as? MirrorSource { _ = try source.open() }
        default:
            throw .argument("url", "The URL must begin with \"https:\", \"http:\", \"file:\" or \"sandbox:\". For the service: https://api.inwise.com/rest/v1")
        }
    }

    /// A source that is there already: for tests, and for `WarmUp`.
    init(_ url: String, timeoutSeconds: Double = 30, answering backend: @escaping @Sendable () -> any Backend) {
        self.url = url
        self.timeoutSeconds = timeoutSeconds
        session = ProcessLocal { Session(backend()) }
    }

    deinit { close() }

    // MARK: Questions

    /// One page of a method's answer, or the summary, as JSON text.
    public func page(_ method: Method, _ query: Query = Query()) throws(InwiseError) -> String {
        try answer(method, query).text
    }

    /// A walk over every page of an answer, each row exactly once.
    public func cursor(_ method: Method, _ query: Query = Query()) throws(InwiseError) -> InwiseCursor {
        do { return try openCursor(method, query) } catch { throw error.naming(method) }
    }

    private func openCursor(_ method: Method, _ query: Query) throws(InwiseError) -> InwiseCursor {
        guard method.isPaged else {
            throw .argument("method", "A cursor walks \"sentEmails\", \"undelivered\" or \"activities\", not \"\(method.rawValue)\".")
        }
        guard query.pageIndex == nil else {
            throw .argument("page_index", "A cursor counts the pages itself: leave \"page_index\" out.")
        }
        try query.check(for: method)
        try checkOpen()
        return try InwiseCursor(client: self, method, query)
    }

    package func answer(_ method: Method, _ query: Query) throws(InwiseError) -> ByteBuffer {
        try answer(method, query, nil)
    }

    func answer(_ method: Method, _ query: Query, _ entry: Entry?) throws(InwiseError) -> ByteBuffer {
        do throws(InwiseError) {
            try query.check(for: method)
            if let index = query.pageIndex, !Query.pageIndexes.contains(index) {
                throw .argument("page_index", "\"page_index\" must be an integer from 0 to \(Query.pageIndexes.upperBound), not \(index).")
            }
        } catch {
            throw error.naming(method)
        }
        return try call(method, entry) { session, call throws(InwiseError) in
            try session.backend.answer(method, query, call)
        }
    }

    // MARK: Serving

    /// Answers one REST request out of a sandbox or a mirror.
    package func handle(_ request: RESTRequest) throws(InwiseError) -> RESTAnswer {
        let entry = try begin(nil)
        return try entry.session.backend.handle(request, entry.call)
    }

    // MARK: Life

    /// Ends the calls in flight, which then throw `.cancelled`. Any thread.
    public func cancel() {
        let session = session.current
        session.gate.cancel()
        session.backend.wake()
    }

    /// Ends the one call that was given this.
    func cancel(_ cancellation: Gate.Cancellation) {
        let session = session.current
        session.gate.cancel(cancellation)
        session.backend.wake()
    }

    /// Cancels the calls in flight, waits for them to return, and lets none in any more. Harmless to repeat.
    public func close() {
        guard closed.set() else { return }
        let session = session.current
        session.gate.close { session.backend.wake() }
        session.afterwards { session.backend.close() }
        log.set(.error, nil)
    }

    /// Sends log lines of `level` and graver to a function, on the thread of the call that logs; nil stops them. Waits for no call,
    /// only for a line that is being written on another thread: afterwards the function before gets no more.
    public func setLog(_ level: LogLevel, _ write: (@Sendable (LogLevel, String) -> Void)?) throws(InwiseError) {
        try checkOpen()
        log.set(level, write)
    }

    // MARK: Calls

    var currentSession: Session { session.current }

    func checkOpen() throws(InwiseError) {
        if closed.isSet { throw .closedHandle("client") }
    }

    /// A call that has begun: its time runs, and it can be cancelled. It is not inside yet.
    struct Entry {
        let session: Session
        let call: Call
    }

    /// - Parameter cancellation: by which this call alone can be cancelled.
    func begin(_ method: Method?, _ cancellation: Gate.Cancellation? = nil) throws(InwiseError) -> Entry {
        do { try checkOpen() } catch { throw error.naming(method) }
        let session = session.current
        let now = Instant.now
        let call = Call(
            gate: session.gate, ticket: session.gate.ticket(cancellation), began: now, deadline: now.adding(seconds: timeoutSeconds),
            method: method, log: log)
        return Entry(session: session, call: call)
    }

    /// Runs a call inside the gate; errors say which method it was.
    ///
    /// - Parameter entry: of a call that has begun already.
    func call<Value>(
        _ method: Method?, _ entry: Entry? = nil, _ body: (Session, Call) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        do {
            let entry = if let entry { entry } else { try begin(method) }
            try entry.session.gate.enter(entry.call.ticket, until: entry.call.deadline)
            entry.session.leftovers.clear()
            defer {
                entry.session.leftovers.clear()
                entry.session.gate.leave()
            }
            return try body(entry.session, entry.call)
        } catch {
            throw error.naming(method)
        }
    }
}

extension InwiseClient: CustomStringConvertible, CustomReflectable {
    public var description: String { "InwiseClient(\(url))" }

    /// Nothing: what is inside holds the API key.
    public var customMirror: Mirror { Mirror(self, children: [] as [Mirror.Child]) }
}

/// Set once, from any thread.
private final class Flag: @unchecked Sendable {  // guarded by ForkLock
    private var value = false
    var isSet: Bool { ForkLock.withLock { value } }
    /// True for the first caller.
    func set() -> Bool {
        ForkLock.withLock {
            defer { value = true }
            return !value
        }
    }
}
