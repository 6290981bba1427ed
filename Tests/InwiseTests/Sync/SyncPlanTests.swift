// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("What is to be read") struct SyncPlanTests {
    typealias Window = (first: Int64, last: Int64?, reasons: SyncWindow.Reasons)

    private static let now = WallTime(seconds: 1_000_000)
    /// 1970-01-01 00:16:40.
    private static let from: Int64 = 1000

    private static func plan(
        from: Int64 = from, overlap: Int = 600, ages: [Int] = [], reach: Int = 5000, now: WallTime = now, known: SyncPlan.Coverage?, pending: [Window] = [], gaps: [Int64?] = []
    ) -> SyncPlan.Result {
        var options = SyncOptions()
        (options.dateFrom, options.overlapSeconds, options.lateAges, options.gapReachSeconds) = (WallTime(seconds: from).text, overlap, ages, reach)
        let windows = pending.enumerated().map { index, window in
            SyncWindow(id: Int64(index + 1), kind: .activities, campaign: nil, first: WallTime(seconds: window.first), last: window.last.map { WallTime(seconds: $0) }, reasons: window.reasons)
        }
        return SyncPlan(options: options, now: now).windows(.activities, nil, known: known, pending: windows, gaps: gaps.map { $0.map { WallTime(seconds: $0) } })
    }

    private static func known(_ newest: Int64?, since: Int64 = from, marks: [Int: Int64] = [:]) -> SyncPlan.Coverage {
        SyncPlan.Coverage(since: WallTime(seconds: since), newest: newest.map { WallTime(seconds: $0) }, marks: marks.mapValues { WallTime(seconds: $0) })
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let windows: [Window]
        let result: SyncPlan.Result

        init(_ description: String, _ windows: [Window], _ result: SyncPlan.Result) { (testDescription, self.windows, self.result) = (description, windows, result) }
    }

    private static let cases: [Case] = [
        Case("at first all", [(1000, nil, .fill)], plan(known: nil)),
        Case("at first all, gap or not", [(1000, nil, [.fill, .gap])], plan(known: nil, gaps: [nil, 5])),
        Case("then what is newer, less the overlap", [(899_400, nil, .newer)], plan(known: known(900_000))),
        Case("with an overlap of nothing the newest second still", [(900_000, nil, .newer)], plan(overlap: 0, known: known(900_000))),
        Case("all again where there was nothing", [(1000, nil, .newer)], plan(known: known(nil))),
        Case("never from before the beginning", [(1000, nil, .newer)], plan(known: known(1200))),
        Case("what lies before, where the beginning moved back", [(899_400, nil, .newer), (10, 999, .fill)], plan(from: 10, known: known(900_000))),
        Case("in one, where that touches what is newer", [(10, nil, [.fill, .newer])], plan(from: 10, known: known(1300))),
        Case("no less, where the beginning moved on", [(899_400, nil, .newer)], plan(from: 5000, known: known(900_000))),
        Case("what has reached an age since", [(999_000, nil, .newer), (500_000, 998_000, .late)], plan(overlap: 0, ages: [2000], known: known(999_000, marks: [2000: 500_000]))),
        Case("nothing of an age that is new: all has been read by now", [(899_400, nil, .newer)], plan(ages: [2000], known: known(900_000))),
        Case("nothing of an age for a few seconds that have passed", [(899_400, nil, .newer)], plan(ages: [2400], known: known(900_000, marks: [2400: 997_501]))),
        Case("of an age from a twenty-fourth of it on", [(999_000, nil, .newer), (997_500, 997_600, .late)], plan(overlap: 0, ages: [2400], known: known(999_000, marks: [2400: 997_500]))),
        Case("nothing of an age that the beginning hasn't reached", [(999_500, nil, .newer)], plan(from: 999_500, ages: [2000], known: known(nil, since: 999_500, marks: [2000: 990_000]))),
        Case("several ages, one behind the other", [(999_000, nil, .newer), (990_000, 998_000, .late), (900_000, 980_000, .late)], plan(overlap: 0, ages: [2000, 20_000], known: known(999_000, marks: [2000: 990_000, 20_000: 900_000]))),
        Case("ages that touch as one", [(900_000, nil, [.newer, .late])], plan(overlap: 0, ages: [2000], known: known(998_001, marks: [2000: 900_000]))),
        Case("from before a gap on", [(895_000, nil, [.newer, .gap])], plan(known: known(950_000), gaps: [900_000])),
        Case("from before the earliest of gaps", [(795_000, nil, [.newer, .gap])], plan(known: known(950_000), gaps: [900_000, 800_000])),
        Case("all, where nothing is known from before a gap", [(1000, nil, [.newer, .gap])], plan(known: known(950_000), gaps: [900_000, nil])),
        Case("a gap's reach ends at the beginning", [(1000, nil, [.newer, .gap])], plan(known: known(950_000), gaps: [2000])),
        Case("what is pending first", [(5, 10, .fill), (949_400, nil, .newer)], plan(known: known(950_000), pending: [(5, 10, .fill)])),
        Case("of what is pending the newest first", [(50, 60, .fill), (5, 10, .late), (949_400, nil, .newer)], plan(known: known(950_000), pending: [(5, 10, .late), (50, 60, .fill)])),
        Case("pending windows that touch as one", [(5, 20, [.fill, .gap]), (949_400, nil, .newer)], plan(known: known(950_000), pending: [(5, 10, .fill), (11, 20, .gap)])),
        Case("pending windows that nearly touch as two", [(12, 20, .fill), (5, 10, .fill), (949_400, nil, .newer)], plan(known: known(950_000), pending: [(5, 10, .fill), (12, 20, .fill)])),
        Case("what is pending without end, and newer in it", [(500, nil, [.fill, .newer])], plan(known: known(950_000), pending: [(500, nil, .fill)])),
        Case("a window within another as that", [(5, 100, [.fill, .late]), (949_400, nil, .newer)], plan(known: known(950_000), pending: [(5, 100, .fill), (20, 30, .late)])),
        Case("where the clock went back from there on", [(9400, nil, .newer)], plan(ages: [2000], now: WallTime(seconds: 10_000), known: known(950_000, marks: [2000: 900_000]))),
    ]

    @Test("is planned", arguments: cases)
    private func windows(of testCase: Case) {
        let windows = testCase.result.windows
        #expect(windows.map { $0.first.seconds } == testCase.windows.map(\.first))
        #expect(windows.map { $0.last?.seconds } == testCase.windows.map(\.last))
        #expect(windows.map(\.reasons) == testCase.windows.map(\.reasons))
        #expect(windows.allSatisfy { $0.problem == nil })
    }

    @Test("is noted with how far all has been read")
    func coverage() {
        let first = Self.plan(ages: [30, 500], known: nil).coverage
        #expect(first == Self.known(nil, marks: [30: 999_970, 500: 999_500]))
        let second = Self.plan(from: 7, ages: [30, 900], known: Self.known(900_000, marks: [30: 5000, 500: 4000])).coverage
        #expect(second == Self.known(900_000, since: 7, marks: [30: 999_970, 500: 4000, 900: 999_100]))
        #expect(Self.plan(from: 5000, known: Self.known(900_000)).coverage == Self.known(900_000))
    }

    @Test("counts a row as late only where all had been read before")
    func settled() {
        #expect(Self.plan(known: nil).windows[0].settled == nil)
        #expect(Self.plan(known: Self.known(900_000)).windows[0].settled == WallTime(seconds: 899_400))
        #expect(Self.plan(known: Self.known(nil)).windows[0].settled == nil)
        let moved = Self.plan(from: 10, known: Self.known(900_000)).windows
        #expect(moved.last?.settled == nil && moved.first?.settled != nil)
        #expect(Self.plan(known: Self.known(900_000), pending: [(5, nil, .fill)]).windows[0].settled == nil, "a fill that goes on")
    }

    // MARK: Never a hole

    /// Seconds from `first` to `last` that none of the windows has.
    private static func holes(_ first: Int64, _ last: Int64, in windows: [SyncWindow]) -> [Int64] {
        (first...max(first, last)).filter { second in !windows.contains { $0.first.seconds <= second && second <= $0.last?.seconds ?? .max } }
    }

    @Test("leaves no hole, whatever was known, is pending and is lost, and no window twice", arguments: 1...300 as ClosedRange<UInt64>)
    func holes(seed: UInt64) {
        var random = FixedSeed(seed)
        let now = Int64.random(in: 500...1000, using: &random)
        func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
        let since = number(0...300), from = number(0...400)
        let newest = random.once(in: 6) ? nil : number(since...max(since, now))
        let ages = (0..<Int.random(in: 0...3, using: &random)).map { _ in Int(number(1...400)) }
        let marks = Dictionary(uniqueKeysWithValues: Set(ages).filter { _ in !random.once(in: 5) }.map { ($0, number(0...1000)) })
        let pending = (0..<Int.random(in: 0...5, using: &random)).map { _ -> Window in
            let first = number(0...900)
            return (first, random.once(in: 5) ? nil : number(first...950), [SyncWindow.Reasons.fill, .late, .gap][Int(number(0...2))])
        }
        let gaps = (0..<Int.random(in: 0...2, using: &random)).map { _ in random.once(in: 3) ? nil : number(0...900) }
        let (overlap, reach) = (Int(number(0...50)), Int(number(0...100)))
        let result = Self.plan(
            from: from, overlap: overlap, ages: ages, reach: reach, now: WallTime(seconds: now), known: Self.known(newest, since: since, marks: marks), pending: pending, gaps: gaps)
        let windows = result.windows
        for window in pending { #expect(Self.holes(window.first, window.last ?? 1200, in: windows).isEmpty, "pending") }
        #expect(Self.holes(max(since, newest.map { $0 - Int64(overlap) } ?? since), 1200, in: windows).isEmpty, "newer")
        if from < since { #expect(Self.holes(from, since - 1, in: windows).isEmpty, "the beginning") }
        for gap in gaps { #expect(Self.holes(max(since, gap.map { $0 - Int64(reach) } ?? since), 1200, in: windows).isEmpty, "gap") }
        for (age, mark) in marks {
            let reached = result.coverage.marks[age]?.seconds ?? .min
            if reached > mark { #expect(reached <= now - Int64(age) && Self.holes(max(since, mark), reached, in: windows).isEmpty, "age") }
            if mark < now - Int64(age) - Int64(max(1, age / 24)) { #expect(reached == now - Int64(age)) }
        }
        let spans = windows.map { ($0.first.seconds, $0.last?.seconds ?? .max) }.sorted { $0.0 < $1.0 }
        for (left, right) in zip(spans, spans.dropFirst()) { #expect(left.1 < right.0 - 1, "windows that touch are one") }
        #expect(result.coverage.since.seconds == min(since, from) && result.coverage.newest?.seconds == newest)
        #expect(Set(windows.map(\.id).filter { $0 != 0 }).count == windows.count { $0.id != 0 })
    }

    @Test("of spans of dates joins those between which nothing lies", arguments: [
        (1, 5, 6, 9, true), (1, 5, 7, 9, false), (6, 9, 1, 5, true), (7, 9, 1, 5, false), (1, nil, 100, 200, true), (100, 200, 1, nil, true), (1, 5, 7, nil, false), (1, 9, 3, 4, true),
    ] as [(Int64, Int64?, Int64, Int64?, Bool)])
    func spans(first: Int64, last: Int64?, otherFirst: Int64, otherLast: Int64?, touches: Bool) {
        var span = DateSpan(first: WallTime(seconds: first), last: last.map { WallTime(seconds: $0) })
        let other = DateSpan(first: WallTime(seconds: otherFirst), last: otherLast.map { WallTime(seconds: $0) })
        #expect(span.touches(other) == touches && other.touches(span) == touches)
        span.join(other)
        #expect(span.first.seconds == min(first, otherFirst))
        #expect(span.last?.seconds == last.flatMap { last in otherLast.map { max(last, $0) } })
    }
}
