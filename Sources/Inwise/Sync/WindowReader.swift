// SPDX-License-Identifier: MIT

/// Reads one window, page by page, and keeps how far it has come with each page's rows.
struct WindowReader {
    enum Outcome {
        /// All of it has been read, or smaller windows stand for it, or the sync is to end.
        case done
        /// It can't be read, and can't be halved.
        case stuck(InwiseError)
    }

    let sync: Sync
    var window: SyncWindow
    /// As it was in the beginning: the report shows it so.
    private let planned: (first: WallTime, last: WallTime?)
    /// Whether the window is kept in the mirror; an audit's is not.
    let isKept: Bool
    /// Rows read last that come again where a walk is begun anew behind them.
    private var lately: [PageCounts.Mark] = []
    /// Those of them that this walk may bring again.
    private var counted: Set<Int64> = []
    private var newest: WallTime?
    /// An earlier sync has read a part of it, and it begins where rows are known: these.
    private let isResumed: Bool
    private var known: Set<Int64> = []
    /// Whether it is asked for with a day more, to see whether that brings what is absent.
    private var isWidened = false
    /// Failures since a page came.
    var failures = 0
    /// Days of rows that were new.
    private(set) var newDays: Set<Int64> = []
    var newRows: Int { window.counts.new }
    var absent: Int { window.absent }
    /// Of the rows that came.
    var keys: Set<Int64> { Set(lately.map(\.key)) }

    /// Pages after which a walk is begun anew behind what it has brought: the further back a page lies, the more the service has to do.
    private static let longestWalk = 64
    /// Times that a window is halved without anything having been read; each time it takes as long as a call may.
    static let mostTimeouts = 4
    static let mostHalvings = 8
    /// Rows from which on a page tells how far a walk has come.
    private static let fewestMarks = 8
    private static let slackSeconds: Int64 = 60
    /// Network failures in a row, each after its repeats, that a window bears.
    static let mostFailures = 3

    init(_ sync: Sync, _ window: SyncWindow) {
        self.sync = sync
        self.window = window
        planned = (window.first, window.last)
        isKept = window.id != 0
        isResumed = window.last != nil && window.counts.fetched > 0 && window.id <= sync.totals.windowsBefore
    }

    mutating func read() throws(InwiseError) -> Outcome {
        try begin()
        while sync.stopped == nil, !sync.mustBeginSentAnew {
            switch try walk() {
            case .over:
                // Rows that are known did not come: the service may not count the last day of a range to it.
                if window.absent > 0, window.last != nil, !sync.leavesOutLastDay, !isResumed, !isWidened {
                    isWidened = true
                    window.last = planned.last
                    continue
                }
                try finish()
                return .done
            case .cut: continue
            case .halved: return .done
            case .stuck(let error): return .stuck(error)
            }
        }
        return .done
    }

    /// Counts what must come again.
    private mutating func begin() throws(InwiseError) {
        if isResumed, let last = window.last {
            var end = window
            end.first = max(window.first, last.adding(-Self.slackSeconds))
            let near = end
            known = Set(try sync.step { ledger throws(InwiseError) in try ledger.marks(in: near) }.map(\.key))
        }
        guard window.expected == nil, window.counts.fetched == 0 else { return }
        let window = window, isKept = isKept
        self.window.expected = try sync.step { ledger throws(InwiseError) in
            // Without indexes it is a search through all rows: once, while there are but those of a feed.
            let isSealed = try ledger.store.isSealed(window.kind)
            guard isSealed || window.last == nil else { return nil }
            var counted = window
            counted.expected = try ledger.rows(in: window)
            if isKept { try ledger.update(counted) }
            return counted.expected
        }
    }

    // MARK: Walking

    enum WalkEnd { case over, cut, halved, stuck(InwiseError) }

    /// In which order the pages of a walk came, as far as it has shown.
    private struct Course {
        var pages = 0
        var descends = true
        var ascends = true
        var isAnonymous = false
        var last: WallTime?

        mutating func note(_ page: PageCounts) {
            pages += 1
            if page.hasAnonymous { isAnonymous = true }
            let first = page.first ?? page.last
            if page.hasUndated || !page.descends || first > (last ?? first) { descends = false }
            if page.hasUndated || !page.ascends || first < (last ?? first) { ascends = false }
            last = page.last
        }
    }

    private mutating func walk() throws(InwiseError) -> WalkEnd {
        let before = sync.totals.traffic
        let asked = window.asked(aDayMore: sync.leavesOutLastDay || isWidened)
        let cursor = try sync.from.cursor(Method.of(window.kind), window.query(asked))
        defer { cursor.close() }
        var course = Course()
        lately.removeAll { mark in mark.date < window.first.seconds || window.last.map { mark.date > $0.seconds } ?? false }
        counted = Set(lately.map(\.key))
        let mustCome = isKept ? (counted.isEmpty ? known : counted) : []
        known = []
        let start = (first: window.first, last: window.last)
        while true {
            let page: ByteBuffer?
            do throws(InwiseError) {
                page = try cursor.nextRows(sync.entry(Method.of(window.kind))).rows
            } catch {
                sync.totals.traffic = before.adding(cursor)
                if let end = try failed(error, hasPages: course.pages > 0, hasMoved: window.first != start.first || window.last != start.last) { return end }
                continue
            }
            sync.totals.traffic = before.adding(cursor)
            guard let page else {
                sync.totals.halvings = 0
                if isKept, course.isAnonymous, try cursor.info().duplicates > 0, let halves = halvesForLikeRows() {
                    // The walk takes like rows of two pages for the same.
                    try replace(by: halves)
                    return .halved
                }
                guard course.pages == 0, !mustCome.isEmpty, !sync.leavesOutLastDay else { return .over }
                sync.noteLastDay()
                return .cut
            }
            failures = 0
            let counts = try take(page, &course, isGapless: cursor.isGapless)
            sync.note(overshoot: asked.overshoot(counts.oldest, counts.newest), window.kind)
            try sync.stepDone(isKept ? "rows" : "audit", window.kind, window)
            if counts.hasConflict {
                sync.mustBeginSentAnew = true
                return .cut
            }
            if course.pages == 1, !mustCome.isEmpty, !sync.leavesOutLastDay, !counts.marks.contains(where: { mustCome.contains($0.key) }) {
                sync.noteLastDay()
                return .cut
            }
            if sync.stopped != nil { return counts.size < ServiceRules.largestPageSize ? try end(cursor, &course) : .cut }
            if isKept, course.isAnonymous, course.pages > 1, let halves = halvesForLikeRows() {
                // Rows without an id are told apart by how many like ones an answer has: it must hold all of them.
                try replace(by: halves)
                return .halved
            }
            if course.pages >= Self.longestWalk, sync.grain(window.kind) < .none, window.first != start.first || window.last != start.last { return .cut }
        }
    }

    /// An answer must hold all rows that are alike; where dates are of no effect each half would bring all rows again.
    private func halvesForLikeRows() -> (newer: SyncWindow, older: SyncWindow)? {
        sync.grain(window.kind) == .none ? nil : halves(part: 1)
    }

    /// The sync is to end, and the last page may have come: were it left at that, it would come again at every sync that has as
    /// little time.
    private mutating func end(_ cursor: InwiseCursor, _ course: inout Course) throws(InwiseError) -> WalkEnd {
        let page: ByteBuffer?
        // Whatever is wrong, the next sync finds it too.
        do throws(InwiseError) { page = try cursor.nextRows(sync.entry(Method.of(window.kind))).rows } catch { return .cut }
        guard let page else { return .over }
        _ = try take(page, &course, isGapless: cursor.isGapless)
        return .cut
    }

    /// Takes a page's rows in, together with how far the window has been read.
    private mutating func take(_ page: ByteBuffer, _ walked: inout Course, isGapless: Bool) throws(InwiseError) -> PageCounts {
        var view = PageView(now: sync.now)
        view.settled = window.settled
        view.counted = counted
        let kind = window.kind, isKept = isKept
        var (window, newest, course) = (self.window, self.newest, walked)
        let counts = try sync.step { ledger throws(InwiseError) in
            let counts = try ledger.store.intake.add(kind, page, view)
            window.counts += counts.rows
            course.note(counts)
            guard isKept else { return counts }
            if let date = counts.newestPresent, newest.map({ date > $0 }) ?? true {
                // What lies before it and has not been read is in a window that is kept.
                newest = date
                try ledger.noteNewest(kind, window.campaign, date)
            }
            // The last rows of a page may be late ones of a service that goes by id: those before them tell better. And about one time
            // such a service has rows in any order: what lies that near is read once more.
            if isGapless, !course.isAnonymous, counts.marks.count >= Self.fewestMarks {
                let reached = WallTime(seconds: counts.marks[counts.marks.count * 3 / 4].date)
                if course.descends, !course.ascends {
                    let rest = max(reached.adding(Self.slackSeconds), window.first)
                    if window.last.map({ rest < $0 }) ?? (newest.map { rest < $0 } ?? false) {
                        window.last = rest
                    }
                } else if course.ascends, !course.descends {
                    window.first = max(window.first, min(reached.adding(-Self.slackSeconds), window.last ?? reached))
                }
            }
            try ledger.update(window)
            return counts
        }
        (self.window, self.newest, walked) = (window, newest, course)
        remember(counts.marks)
        newDays.formUnion(counts.newDays)
        sync.totals.add(counts, kind)
        // Pages without a new row may be the same again and again.
        if counts.rows.new > 0 { sync.totals.halvings = 0 }
        return counts
    }

    /// Keeps the rows that a new walk may bring again.
    private mutating func remember(_ marks: [PageCounts.Mark]) {
        lately += marks
        guard lately.count > Self.mostRemembered, let last = window.last else { return }
        lately.removeAll { $0.date > last.seconds }
        // They are all of one time, or in no order: then repeats are counted again.
        if lately.count > Self.mostRemembered / 2 { lately = [] }
    }

    private static let mostRemembered = 1 << 20

    /// All of the window has been read.
    private mutating func finish() throws(InwiseError) {
        let window = window
        if isKept {
            try sync.step { ledger throws(InwiseError) in
                try ledger.remove(window)
                if window.reasons.contains(.gap) { try ledger.noteHealed(window.kind, recovered: window.counts.new) }
            }
        }
        var shown = window
        (shown.first, shown.last) = planned
        sync.totals.add(done: shown)
    }
}
