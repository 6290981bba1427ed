// SPDX-License-Identifier: MIT

/// A walk over the pages of an answer: `PageWalk` says which to ask for, a source brings them.
final class PagedWalk: RowWalk {
    private let method: Method
    private let query: Query
    private var walk: PageWalk
    private var source: any PageSource
    private var pages: [Int: RowPage] = [:]
    /// Where pages are scanned, one after the other.
    private var scratch = RowColumns(wantsPatches: true)
    private var progress = CursorInfo()
    /// What sources of before a fork had cost.
    private var earlier = Traffic()
    private var hasBegun = false
    /// A page of one row shows no order.
    private static let smallestPage = 2

    init(_ method: Method, _ query: Query, _ source: any PageSource) {
        self.method = method
        self.query = query
        self.source = source
        walk = PageWalk(
            pageSize: max(source.pageSize, Self.smallestPage), firstPage: nil, limit: source.limit,
            isSpeculative: source.isSpeculative)
    }

    var isGapless: Bool { walk.gaps.isEmpty }

    var info: CursorInfo {
        var info = progress
        let traffic = source.traffic
        info.requests = earlier.requests + traffic.requests
        info.retries = earlier.retries + traffic.retries
        info.bytes = earlier.bytes + traffic.bytes
        info.duplicates = walk.repeatedRows
        return info
    }

    func next(_ call: Call) throws(InwiseError) -> ByteBuffer? {
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

    func attach(to backend: any Backend) throws(InwiseError) {
        // A backend's walks are all of one kind.
        guard let other = try backend.walk(of: method, query) as? PagedWalk else {
            throw InwiseError(.internal, "A walk over pages can't go on over a source without pages.")
        }
        earlier.requests += source.traffic.requests
        earlier.retries += source.traffic.retries
        earlier.bytes += source.traffic.bytes
        source = other.source
        walk.forgetRequests()
    }

    func abandon() {
        source.abandon()
        walk.dropAhead()
        pages = [:]
    }
}
