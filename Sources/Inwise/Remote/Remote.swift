// SPDX-License-Identifier: MIT

/// The remote service: questions become requests, answers become rows.
final class Remote: Backend, @unchecked Sendable {  // entered by one call at a time, `wake` excepted
    let options: RemoteOptions
    let engine: HTTPEngine
    /// The service's first page: as told, or as a walk has noticed.
    var firstPage: Int?

    init(_ options: RemoteOptions) {
        self.options = options
        engine = HTTPEngine(options)
        firstPage = options.pageBase
    }

    func wake() { engine.wake() }

    /// Connections go with the last reference: cursors may still have some.
    func close() {}

    func answer(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer {
        let (bytes, attempts) = try answer(to: method, query, call)
        do throws(InwiseError) {
            guard let kind = method.rowKind else { return try SummaryText.normalized(bytes) }
            return try RowPage(bytes, kind).text()
        } catch {
            var error = error.after(attempts: attempts)
            error.mayHaveConsumed = method.consumes
            throw error
        }
    }

    func fetch(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer {
        try answer(to: method, query, call).bytes
    }

    private func answer(to method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> (bytes: ByteBuffer, attempts: Int) {
        let page = query.pageIndex.map { $0 &+ (firstPage ?? 0) }
        let request = try RemoteRequest(method, query, page: page, pageSize: query.pageSize, options)
        let group = TransferGroup()
        group.add(Transfer(request, maxResponseBytes: options.maxResponseBytes))
        let (transfer, result) = try engine.next(in: group, call)
        return (try result.get(), transfer.attempts)
    }

    func walk(of method: Method, _ query: Query) throws(InwiseError) -> any RowWalk {
        PagedWalk(method, query, try RemotePages(self, method, query))
    }

    func handle(_ request: RESTRequest, _ call: Call) throws(InwiseError) -> RESTAnswer {
        throw .argument("client", "A remote source can't be served: open a sandbox and serve that.")
    }
}

/// The pages of a remote answer, several in the air at a time.
final class RemotePages: PageSource {
    private let remote: Remote
    private let method: Method
    private let query: Query
    private let group = TransferGroup()
    let pageSize: Int

    init(_ remote: Remote, _ method: Method, _ query: Query) throws(InwiseError) {
        self.remote = remote
        self.method = method
        self.query = query
        pageSize = query.pageSize ?? remote.options.pageSize
        // What can't be asked is refused now, not at the first page.
        _ = try RemoteRequest(method, query, page: 0, pageSize: pageSize, remote.options)
    }

    var limit: Int { remote.options.pagesInFlight }
    var isSpeculative: Bool { remote.options.requestsPerSecond == nil && !query.isThrifty }
    var traffic: Traffic { group.traffic }
    var firstPage: Int? {
        get { remote.firstPage }
        set { remote.firstPage = newValue }
    }

    func request(_ page: PageWalk.Request) throws(InwiseError) {
        let request = try RemoteRequest(method, query, page: page.number, pageSize: page.size, remote.options)
        // Pages of one answer are about of one size: their bytes then move once. One larger than others costs a copy.
        let transfer = Transfer(
            request, maxResponseBytes: remote.options.maxResponseBytes, expectedBytes: group.largestAnswer + group.largestAnswer / 16)
        transfer.token = page.token
        group.add(transfer)
    }

    func push(_ call: Call) { remote.engine.push(group, call) }

    func next(_ call: Call) throws(InwiseError) -> (token: Int, attempts: Int, outcome: Result<ByteBuffer, InwiseError>) {
        let (transfer, result) = try remote.engine.next(in: group, call)
        return (transfer.token, transfer.attempts, result)
    }

    func abandon() { remote.engine.abandon(group) }
}
