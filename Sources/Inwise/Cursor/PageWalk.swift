// SPDX-License-Identifier: MIT

/// Decides which pages to ask for, which of their rows are new, and when the walk is at its end. It does no I/O.
///
/// What the service leaves open is noticed on the way: whether its pages count from 0 or 1, how many rows it
/// really puts on a page, in which order rows come, and how the end looks (a short page, an empty one, a 404, the
/// last page again). Pages are asked for ahead of their turn but looked at in turn.
struct PageWalk {
    /// A page to ask for; the token tells its answer from that to an earlier request for the same page.
    struct Request: Hashable {
        let token: Int
        let number: Int
        let size: Int
    }

    enum Answer {
        /// The identities of the page's rows, and whether the rows had identities of their own.
        case rows([Int64], areOwn: Bool)
        case failed(InwiseError)
    }

    enum Step {
        /// These rows of the page are new.
        case deliver(token: Int, rows: [Int])
        /// The page isn't needed any more.
        case discard(token: Int)
        /// Answers must come first.
        case wait
        case done
        case fail(InwiseError)
    }

    /// What is going on.
    enum Phase {
        case walking
        /// The end was reached; the first page is read again to see whether rows have arrived.
        case checkingHead(endIsCertain: Bool)
        /// The end looks like a service that gives the same page whatever is asked for.
        case checkingAdvance
        /// Borders between pages are read again, since rows have arrived.
        case checkingBorders
        case over
        case broken(InwiseError)
    }

    /// What a page is read for.
    enum Purpose: Equatable { case turn(Int), head, advance, border(Int) }

    struct Asked {
        let number: Int
        let size: Int
        let purpose: Purpose
        /// On the walk's own clock.
        let time: Int
    }

    struct Arrived {
        let token: Int
        let purpose: Purpose
        let number: Int
        /// Rows asked for.
        let size: Int
        /// On the walk's own clock, as is `time`, when it came.
        let askedAt: Int
        let time: Int
        let answer: Answer
    }

    /// The search for the oldest row seen, after arrivals have pushed it back by more than a page.
    struct Chase {
        /// The last page whose rows were all newer.
        var above: Int
    }

    /// What has been noticed of the service since it was last looked at, for the log.
    var notices: [String] = []
    /// Rows that the service sent again.
    var repeatedRows = 0
    /// The service's first page, once it is known.
    var firstPage: Int?

    let grid: PageGrid
    /// How many pages may be asked for at once.
    private let limit: Int
    /// Whether several are asked for before it is known that there are several.
    private let isSpeculative: Bool
    var phase = Phase.walking
    /// One page at a time, each asked for after the one before it has come: for a service without order, or one
    /// whose rows arrive faster than they are read.
    var isCareful = false
    /// Page 0 gave nothing; page 1 tells whether it is the first.
    var needsPageOne = false

    /// The page that is looked at next: its place in the grid or, once pages are skipped, its number.
    var turn: Int
    /// Pages are skipped: all are of full size, and touch.
    var isOffGrid = false
    /// The turn of the first page with rows.
    var firstTurn = 0
    /// Up to this page they are read once more.
    var turnsAgain = 0
    /// When the page before it had come; nil where the page read last is no neighbour of it.
    var previousArrival: Int?
    var chase: Chase?
    var finder = RowFinder()
    /// The most rows that the service gives on a page, where that is fewer than were asked for.
    var cap: Int?
    /// The most rows that a page had.
    var fullest = 0
    /// The most rows of a page that had fewer than were asked for, while it isn't known why.
    var underfull: Int?
    var seen = SeenRows()
    var gaps = GapCheck()
    /// Identities of the first page with rows.
    var head: [Int64] = []
    /// When that page came.
    var headTime = 0
    /// The first row of the first page, when it was read last.
    var lastHead: Int64?
    /// Pages that gave new rows.
    var usedPages = 0
    /// Pages in a row that gave none.
    var idlePages = 0
    /// Pages in a row that were full and had all been seen.
    var repeats = 0
    /// Pages since the last new row that were all newer than what has been read.
    var pagesAbove = 0
    /// Those among the repeats that did not end like the last page with new rows.
    var strays = 0
    /// The last row of the last page with new rows.
    var lastRow: Int64?

    private var nextToken = 0
    /// Counts requests and answers, so that "asked for after the other had come" can be told.
    private var clock = 0
    private(set) var asked: [Int: Asked] = [:]
    private(set) var arrived: [Int: Arrived] = [:]
    private var discarded: [Int] = []

    /// - Parameters:
    ///   - pageSize: rows to a page, as asked for.
    ///   - firstPage: nil to notice it.
    ///   - limit: how many pages may be asked for at once.
    ///   - isSpeculative: whether to ask for several before one has come full.
    init(pageSize: Int, firstPage: Int?, limit: Int, isSpeculative: Bool = true) {
        grid = PageGrid(size: pageSize)
        self.firstPage = firstPage
        self.limit = max(1, limit)
        self.isSpeculative = isSpeculative
        turn = firstPage ?? 0
    }

    /// Begins where pages are known to begin, if they are; before anything is asked for.
    mutating func begin(at page: Int?) {
        firstPage = page
        turn = page ?? 0
    }

    // MARK: Asking

    /// Whether a page had as many rows as the service gives: there may be many more.
    private var hasFullPage: Bool { usedPages > 0 && (cap != nil || fullest >= grid.page(firstTurn).size) }

    /// What is to be asked for now.
    mutating func requests() -> [Request] {
        switch phase {
        case .walking:
            var window = isCareful || (!isSpeculative && !hasFullPage) ? 1 : limit
            if needsPageOne { window = max(window, 2) }
            var requests: [Request] = []
            for turn in turn..<(turn + window) where asked.count < window && !isUnderWay(.turn(turn)) {
                let page = isOffGrid ? (number: turn, size: grid.size) : grid.page(turn)
                requests.append(ask(page.number, size: page.size, for: .turn(turn)))
            }
            return requests
        case .checkingHead:
            return isUnderWay(.head) ? [] : [ask(firstPage ?? 0, size: grid.size, for: .head)]
        case .checkingAdvance:
            // Half the size: an honest service gives other rows than those the first page begins with. A single
            // row can't be halved; then twice the size shows whether there are more.
            let (number, size) = head.count > 1 ? (2, (head.count + 1) / 2) : (firstPage ?? 0, 2)
            return isUnderWay(.advance) ? [] : [ask(number, size: size, for: .advance)]
        case .checkingBorders:
            var requests: [Request] = []
            for (number, border) in gaps.borders.sorted(by: { $0.key < $1.key }) {
                guard asked.count < limit else { break }
                if isUnderWay(.border(number)) { continue }
                requests.append(ask(border.page, size: grid.size, for: .border(number)))
            }
            return requests
        case .over, .broken: return []
        }
    }

    private func isUnderWay(_ purpose: Purpose) -> Bool {
        asked.values.contains { $0.purpose == purpose } || arrived.values.contains { $0.purpose == purpose }
    }

    private mutating func ask(_ number: Int, size: Int, for purpose: Purpose) -> Request {
        clock += 1
        nextToken += 1
        asked[nextToken] = Asked(number: number, size: size, purpose: purpose, time: clock)
        return Request(token: nextToken, number: number, size: size)
    }

    /// Takes an answer; false if nobody waits for it any more.
    mutating func receive(_ token: Int, _ answer: Answer) -> Bool {
        guard let request = asked.removeValue(forKey: token) else { return false }
        clock += 1
        arrived[token] = Arrived(
            token: token, purpose: request.purpose, number: request.number, size: request.size, askedAt: request.time,
            time: clock, answer: answer)
        return true
    }

    /// What was asked for and hasn't come won't come: it is asked for again.
    mutating func forgetRequests() { asked = [:] }

    // MARK: Stepping

    /// The next thing to do with what has arrived.
    mutating func step() -> Step {
        if let token = discarded.popLast() { return .discard(token: token) }
        switch phase {
        case .walking: return stepPage()
        case .checkingHead(let endIsCertain): return stepHead(endIsCertain: endIsCertain)
        case .checkingAdvance: return stepAdvance()
        case .checkingBorders: return stepBorder()
        case .over: return .done
        case .broken(let error): return .fail(error)
        }
    }

    func look(for purpose: Purpose) -> Arrived? { arrived.values.first { $0.purpose == purpose } }

    /// Takes an answer out of what has arrived; nil for any.
    mutating func take(_ purpose: Purpose?) -> Arrived? {
        guard let found = arrived.values.first(where: { purpose == nil || $0.purpose == purpose }) else { return nil }
        arrived[found.token] = nil
        return found
    }

    mutating func putBack(_ page: Arrived) { arrived[page.token] = page }

    /// Forgets everything that was asked for ahead.
    mutating func dropAhead() {
        discarded += arrived.keys
        arrived = [:]
        asked = [:]
    }

    /// An error at a page that is needed. The next step asks for it again, and for others that failed.
    mutating func fail(_ error: InwiseError) -> Step {
        arrived = arrived.filter { if case .failed = $0.value.answer { false } else { true } }
        return .fail(error)
    }

    /// The walk gets nowhere: that does not change any more.
    mutating func breakOff() -> Step {
        dropAhead()
        let error =
            pagesAbove > 0 || chase != nil
            ? InwiseError(.protocol, "Rows arrive faster than pages of \(grid.size) rows can be read, so the walk was ended; the rows given so far are good. Use a larger \"page_size\", or name a \"date_to\".")
            : InwiseError(.protocol, "The service sends page after page without a new row, so the walk was ended; the rows given so far are good. Check \"page_base\", and \"parameter_names\" for the names of the page's number and size.")
        phase = .broken(error)
        return .fail(error)
    }
}
