// SPDX-License-Identifier: MIT

@testable import Inwise

/// An account in memory whose service does to each call what a test wants.
final class FakeAccount: Backend, @unchecked Sendable {  // a test's own: used by one thread
    /// What becomes of a call.
    enum Fate {
        case answered
        /// Nothing is done.
        case refused(InwiseError)
        /// It is done, and the answer is lost.
        case lost(InwiseError)
        /// It is done, and something else comes.
        case replaced(String)
    }

    struct Asked {
        let method: Inwise.Method
        let query: Query
        /// From 0.
        let number: Int
    }

    let store: Store
    private let service: Service
    var now: WallTime
    var pageSize = 20
    var fate: (Asked) -> Fate = { _ in .answered }
    private(set) var asked: [Asked] = []

    /// - Parameter pages: rows that are there from the beginning; those that follow arrive, and are in the feeds.
    init(now: WallTime, newestFirst: Bool = true, _ pages: [(RowKind, String)] = []) throws {
        self.now = now
        store = try Store()
        var rules = ServiceRules()
        rules.newestFirst = newestFirst
        service = Service(store, rules)
        for (kind, page) in pages { _ = try store.take(kind, page) }
        try store.finishFill()
        for kind in RowKind.allCases { try RecentFeed(store).start(kind, at: WallTime(seconds: .max)) }
    }

    func client() -> InwiseClient { InwiseClient("fake:", answering: { self }) }

    func forgetAsked() { asked = [] }

    func answer(_ method: Inwise.Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer {
        let asked = Asked(method: method, query: query, number: asked.count)
        self.asked.append(asked)
        switch fate(asked) {
        case .answered: return try service.answer(method, query, now: now)
        case .refused(let error): throw error
        case .lost(var error):
            _ = try service.answer(method, query, now: now)
            error.mayHaveConsumed = method.consumes
            throw error
        case .replaced(let text):
            _ = try service.answer(method, query, now: now)
            return try .holding(text)
        }
    }

    func fetch(_ method: Inwise.Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer { try answer(method, query, call) }

    func walk(of method: Inwise.Method, _ query: Query) throws(InwiseError) -> any RowWalk { PagedWalk(method, query, FakePages(self, method, query)) }

    func close() {}

    func wake() {}

    func handle(_ request: RESTRequest, _ call: Call) throws(InwiseError) -> RESTAnswer { throw InwiseError(.internal, "nobody asks") }
}

/// One page after the other.
private final class FakePages: PageSource {
    private let account: FakeAccount
    private let method: Inwise.Method
    private let query: Query
    private var wanted: [PageWalk.Request] = []
    let limit = 1
    let isSpeculative = false
    var pageSize: Int { account.pageSize }
    var firstPage: Int? = 0
    private(set) var traffic = Traffic()

    init(_ account: FakeAccount, _ method: Inwise.Method, _ query: Query) {
        self.account = account
        self.method = method
        self.query = query
    }

    func request(_ page: PageWalk.Request) { wanted.append(page) }

    func push(_ call: Call) {}

    func next(_ call: Call) throws(InwiseError) -> (token: Int, attempts: Int, outcome: Result<ByteBuffer, InwiseError>) {
        let page = wanted.removeFirst()
        var query = query
        (query.pageIndex, query.pageSize) = (page.number, page.size)
        traffic.requests += 1
        do throws(InwiseError) { return (page.token, 1, .success(try account.answer(method, query, call))) } catch { return (page.token, 1, .failure(error)) }
    }

    func abandon() { wanted = [] }
}
