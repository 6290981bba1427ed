// SPDX-License-Identifier: MIT

@testable import Inwise

/// A service as the API's facts leave it open, without any I/O: it answers requests for pages in whatever order a
/// test lets it.
struct SimulatedService: Sendable, CustomStringConvertible {
    enum Base: Sendable { case zero, one, oneAlike, oneEmpty }
    enum Order: Sendable { case ascending, descending, shuffled }
    enum End: Sendable { case empty, repeatsLast, notFound }

    var count: Int
    var base = Base.zero
    var order = Order.descending
    var end = End.empty
    /// The most rows it gives; nil for as many as are asked for.
    var cap: Int?
    /// Whether it gives `cap` rows even when fewer are asked for.
    var ignoresSize = false
    /// Rows that arrive at each request, and at how many of the first requests they do.
    var growth = 0
    var growsFor = Int.max
    private var requests = 0
    /// Whether it gives the first page whatever page is asked for.
    var ignoresPage = false

    /// Rows, counted from the oldest, that arrived after all the others in spite of their date: their identities are larger.
    var late: Set<Int> = []

    private(set) var arrived = 0

    init(
        count: Int, base: Base = .zero, order: Order = .descending, end: End = .empty, cap: Int? = nil,
        ignoresSize: Bool = false, growth: Int = 0, growsFor: Int = .max, ignoresPage: Bool = false
    ) {
        self.count = count
        self.base = base
        self.order = order
        self.end = end
        self.cap = cap
        self.ignoresSize = ignoresSize
        self.growth = growth
        self.growsFor = growsFor
        self.ignoresPage = ignoresPage
    }

    var description: String {
        "\(count) rows, first page \(base), \(order), end \(end), cap \(cap.map(String.init) ?? "none")\(ignoresSize ? " always" : ""), +\(growth)"
    }

    /// Identities are multiples of 10 from 10 up: a gap between two is possible everywhere.
    private func identity(_ rank: Int) -> Int64 { Int64(rank + 1) * 10 + (late.contains(rank) ? 10_000_000 : 0) }

    var original: Set<Int64> { Set((0..<count).map(identity)) }

    mutating func answer(_ request: PageWalk.Request) -> PageWalk.Answer {
        defer {
            requests += 1
            if requests <= growsFor { arrived += growth }
        }
        var page = request.number
        switch base {
        case .zero: break
        case .one where page == 0:
            return .failed(InwiseError(.http, "page_index must be at least 1", httpStatus: 400))
        case .oneEmpty where page == 0: return .rows([], areOwn: true)
        case .oneAlike: page = max(0, page - 1)
        default: page -= 1
        }
        if ignoresPage { page = 0 }
        let size = ignoresSize ? cap ?? 100 : min(request.size, cap ?? .max)
        let total = count + arrived
        if page * size >= total {
            switch end {
            case .notFound where total > 0: return .failed(InwiseError(.notFound, "no such page", httpStatus: 404))
            case .repeatsLast where total > 0: page = (total - 1) / size
            default: return .rows([], areOwn: true)
            }
        }
        let positions = (page * size)..<min((page + 1) * size, total)
        return .rows(positions.map { identity(rank(at: $0, of: total)) }, areOwn: true)
    }

    private func rank(at position: Int, of total: Int) -> Int {
        switch order {
        case .ascending: return position
        case .descending: return total - 1 - position
        case .shuffled:
            // A fixed order without order: what was there in steps that never meet, arrivals at the end.
            guard position < count else { return position }
            let step = [7, 11, 13, 17, 19].first { count % $0 != 0 } ?? 1
            return position * step % count
        }
    }
}

/// Walks a simulated service: requests are answered, and answers come, in an order drawn from a seed.
struct SimulatedWalk {
    private(set) var delivered: [Int64] = []
    private(set) var requests = 0
    private(set) var error: InwiseError?
    private(set) var mostInTheAir = 0

    init(_ service: SimulatedService, pageSize: Int, limit: Int, seed: UInt64, mostRequests: Int = 20_000) {
        var service = service
        var random = FixedSeed(seed)
        var walk = PageWalk(pageSize: pageSize, firstPage: nil, limit: limit)
        var unanswered: [PageWalk.Request] = []
        var answered: [(Int, PageWalk.Answer)] = []
        var pages: [Int: [Int64]] = [:]
        while true {
            switch walk.step() {
            case .deliver(let token, let rows):
                delivered += rows.map { pages[token]?[$0] ?? -1 }
                pages[token] = nil
                unanswered += walk.requests()
            case .discard(let token): pages[token] = nil
            case .done: return
            case .fail(let error):
                self.error = error
                return
            case .wait:
                unanswered += walk.requests()
                mostInTheAir = max(mostInTheAir, unanswered.count + answered.count)
                if unanswered.isEmpty && answered.isEmpty {
                    error = InwiseError(.internal, "the walk waits for nothing")
                    return
                }
                if !unanswered.isEmpty, answered.isEmpty || random.next() % 2 == 0 {
                    let request = unanswered.remove(at: Int(random.next() % UInt64(unanswered.count)))
                    requests += 1
                    if requests > mostRequests {
                        error = InwiseError(.internal, "the walk has no end")
                        return
                    }
                    answered.append((request.token, service.answer(request)))
                } else {
                    let (token, answer) = answered.remove(at: Int(random.next() % UInt64(answered.count)))
                    if walk.receive(token, answer), case .rows(let identities, _) = answer { pages[token] = identities }
                }
            }
        }
    }
}
