// SPDX-License-Identifier: MIT

import Testing

@testable import inwise_cli

@Suite("A rhythm") struct ArrivalRhythmTests {
    static let hour: Int64 = 3600
    static let day = 24 * hour
    static let week = 7 * day
    /// In the middle of an hour.
    static let end = SimulatedAccount.monday + 1800

    @Test("has the hours in which rows came in both weeks", arguments: [
        ([-1, -1], 0), ([-1], 0), ([-2], 0), ([], 0), ([-1, -2], 1), ([-1, -2, -2], 1), ([-2, -3], 0), ([-1, 1], 0),
    ] as [([Int64], Int64)])
    func usualHours(weeks: [Int64], hours: Int64) {
        let rhythm = ArrivalRhythm(weeks.map { Self.end + 5 * Self.hour + $0 * Self.week }, until: Self.end)
        #expect(rhythm.usualSeconds(from: Self.end, to: Self.end + Self.week) == hours * Self.hour)
    }

    static let spans: [(Int64, Int64, Int64)] = [
        (0, 0, 0), (-10, 10, 20), (0, hour, 1800), (0, 3 * hour, 1800), (-hour, 0, 1800), (-day, week, hour + 1800), (10, 0, 0),
        (-52 * week, 0, 52 * hour),
    ]

    @Test("counts what lies in usual hours", arguments: spans)
    func usualSeconds(from: Int64, to: Int64, seconds: Int64) {
        // The hour in whose middle the end lies, and no other of the week.
        let rhythm = ArrivalRhythm([Self.end - Self.week, Self.end - 2 * Self.week], until: Self.end)
        #expect(rhythm.usualSeconds(from: Self.end + from, to: Self.end + to) == seconds)
    }

    @Test("knows the longest silence, to the minute")
    func longestSilence() {
        // Two hours a day; a row each minute, but for a gap of 25 minutes in one of them.
        let dates = (1...14).flatMap { day -> [Int64] in
            let begin = SimulatedAccount.monday - Int64(day) * Self.day + 9 * Self.hour
            return (Int64(0)..<120).map { begin + $0 * 60 }.filter { day != 4 || $0 < begin + 1200 || $0 >= begin + 2700 }
        }
        let rhythm = ArrivalRhythm(dates.shuffled(), until: Self.end)
        #expect((1500...1620).contains(rhythm.longestSilence))
        #expect(rhythm.usualSeconds(from: Self.end, to: Self.end + Self.day) == 2 * Self.hour)
    }

    @Test("bears any date", arguments: [[Int64.min, .max], [0], [-62_135_596_800, 253_402_300_799]])
    func anyDate(dates: [Int64]) {
        #expect(ArrivalRhythm(dates, until: Self.end).longestSilence == 0)
        #expect(ArrivalRhythm(dates, until: -Self.end).longestSilence == 0)
    }
}

@Suite("The service's clock") struct ServiceClockTests {
    /// What comes in rounds, each so many times, and by how much it is off the time in UTC.
    static let rounds: [([(times: Int, dates: [Int64])], Int64?)] = [
        ([(20, [0])], 0), ([(19, [0])], nil), ([(20, [])], nil), ([(20, [10_800, 10_790, -250_000])], 10_790), ([(20, [172_800, 0, -3])], 0),
        ([(20, [172_800])], nil), ([(20, [-259_200])], nil), ([(20, [3600]), (15, [-30_000])], 3600), ([(200, [7200]), (51, [10_800])], 10_800),
    ]

    @Test("is known by the dates of what comes", arguments: rounds)
    func offset(rounds: [(times: Int, dates: [Int64])], offset: Int64?) {
        var clock = ServiceClock()
        var now = SimulatedAccount.monday
        for (times, dates) in rounds {
            for _ in 0..<times {
                clock.take(dates.map { now + $0 }, at: now)
                now += 300
            }
        }
        #expect(clock.offset == offset)
    }
}
