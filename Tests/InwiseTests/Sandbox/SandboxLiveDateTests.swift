// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("The dates of what arrives in a sandbox") struct SandboxLiveDateTests {
    static let now = WallTime(seconds: 1_726_833_600)
    static let day = Int(WallTime.secondsPerDay)

    /// How many seconds a row's date lies after its arrival.
    static func offsets(_ rates: LiveDateRates, seed: UInt64 = 7, days: Int = 30, count: Int = 20_000) -> [Int] {
        var dates = LiveDates(rates, seed: seed, earliest: now.adding(Int64(-days * day)))
        return (0..<count).map { _ in Int(dates.date(arriving: now).seconds - now.seconds) }
    }

    @Test("lie before or after the arrival about as often as was asked for", arguments: [
        (0.0, 0.0), (0.05, 0.02), (1, 0), (0, 1), (0.5, 0.5), (0.8, 0.8), (1, 1), (0.001, 0),
    ])
    func shares(late: Double, future: Double) {
        let offsets = Self.offsets(LiveDateRates(late: late, future: future))
        func share(_ range: ClosedRange<Int>) -> Double { Double(offsets.filter(range.contains).count) / Double(offsets.count) }
        let isLate = share(-3 * Self.day ... -1), isEarly = share(3600...2 * Self.day)
        #expect(abs(isLate - late) < 0.01 && abs(isEarly - min(future, 1 - late)) < 0.01)
        #expect(abs(isLate + isEarly + share(0...0) - 1) < 1e-9, "there are no others")
    }

    @Test("are spread evenly")
    func spread() {
        for (rates, range) in [
            (LiveDateRates(late: 1), -3 * Self.day ... -1), (LiveDateRates(future: 1), 3600...2 * Self.day),
        ] {
            let offsets = Self.offsets(rates)
            for quarter in 0..<4 {
                let width = range.count / 4, low = range.lowerBound + quarter * width
                let share = Double(offsets.filter { (low..<low + width).contains($0) }.count) / Double(offsets.count)
                #expect(abs(share - 0.25) < 0.02)
            }
        }
    }

    @Test("are the same for the same seed")
    func determinism() {
        let rates = LiveDateRates(late: 0.3, future: 0.3)
        #expect(Self.offsets(rates) == Self.offsets(rates))
        #expect(Self.offsets(rates) != Self.offsets(rates, seed: 8))
    }

    @Test("lie in the account's history, however short it is")
    func shortHistory() {
        let offsets = Self.offsets(LiveDateRates(late: 1), days: 1)
        #expect(offsets.allSatisfy { (-Self.day ... -1).contains($0) } && (offsets.min() ?? 0) < -Self.day / 2)
    }

    @Test("change nothing else of the rows, and come as soon as the rows do")
    func rows() throws {
        let keys = "seed=7&contacts=300&live=400&\(SandboxDoor.noon)"
        let plain = try SandboxFeedTests.live(300, SandboxDoor(keys)).prefix(300)
        let door = try SandboxDoor(keys + "&late_rate=0.3&future_rate=0.2")
        let rows = try SandboxFeedTests.live(300, door).prefix(300)
        #expect(rows.map(\.id) == plain.map(\.id) && rows.map(\.type) == plain.map(\.type) && rows.map(\.contact) == plain.map(\.contact))
        let changed = zip(rows, plain).filter { $0.date != $1.date }
        #expect((100..<200).contains(changed.count))
        let late = rows.filter { $0.date < "2024-09-20 12:00:00" }, future = rows.filter { $0.date >= "2024-09-20 13:00:00" }
        #expect(late.count > future.count && future.count > 30 && late.count + future.count == changed.count)
        let shown = try Set(door.everything(.activities, Query()).map(\.id))
        #expect(shown.isSuperset(of: rows.map(\.id)), "the past week, and what is later than now")
    }
}
