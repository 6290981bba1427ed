// SPDX-License-Identifier: MIT

import Testing

@testable import inwise_cli

@Suite("A watch of arrivals") struct ArrivalWatchTests {
    static let day = SimulatedAccount.day
    static let week = SimulatedAccount.week
    /// Two weeks are known when a watch begins.
    static let begin = 2 * week

    static func pseudorandom(_ minute: Int64, _ salt: UInt64) -> Double {
        var bits = UInt64(bitPattern: minute) &* 0x9E37_79B9_7F4A_7C15 ^ salt
        bits = (bits ^ (bits >> 31)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 29)) &* 0x94D0_49BB_1331_11EB
        return Double(bits >> 40) / Double(1 << 24)
    }

    /// Accounts that are well: whenever a watch begins, wherever the service is, it says nothing.
    static let healthy: [(String, SimulatedAccount)] = [
        ("day and night", SimulatedAccount(step: 1)),
        ("office hours", .office),
        ("one day a week", SimulatedAccount(step: 11, isAwake: { $0 / day == 1 })),
        ("some rows a day, at any hour", SimulatedAccount(step: 1, isAwake: { pseudorandom($0, 7) < 0.003 })),
        ("rows that come up to three days late", SimulatedAccount(
            step: 3, isAwake: SimulatedAccount.isOfficeHour, arrival: { $0 + (pseudorandom($0, 3) < 0.05 ? Int64(pseudorandom($0, 4) * 4320) : 2) })),
        ("rows that are dated up to two days in the future", SimulatedAccount(
            step: 3, isAwake: SimulatedAccount.isOfficeHour, misdating: { pseudorandom($0, 5) < 0.05 ? Int64(pseudorandom($0, 6) * 2880) : 0 })),
    ]

    @Test("says nothing of an account that is well", arguments: healthy, [-8, 3] as [Int64])
    func wellBehaved(account: (String, SimulatedAccount), zone: Int64) {
        var shifted = account.1
        shifted.zone = zone
        for hour in stride(from: Int64(0), to: 168, by: 41) {
            let begin = Self.begin + hour * 60
            let remarks = shifted.remarks(from: begin, to: begin + 4 * Self.day)
            #expect(remarks.isEmpty, "\(account.0), begun at hour \(hour) of the week: \(remarks)")
        }
    }

    /// Minutes of the third week in which a service falls silent and comes back, and after how many minutes at the latest that is told.
    static let outages: [(String, SimulatedAccount, silent: ClosedRange<Int64>, told: Int64)] = [
        ("day and night, by noon", SimulatedAccount(step: 1), day + 720...day + 1200, 20),
        ("day and night, at a weekend", SimulatedAccount(step: 1), 5 * day...6 * day, 20),
        ("office hours, in the morning", .office, 2 * day + 600...2 * day + 900, 45),
        ("office hours, over the night", .office, 2 * day + 600...3 * day + 720, 45),
        ("office hours, from the evening on", .office, 2 * day + 1070...3 * day + 720, 14 * 60 + 45),
        ("office hours, over the weekend", .office, 4 * day + 1070...7 * day + 720, 62 * 60 + 45),
        ("a row in half an hour", SimulatedAccount(step: 30), day + 720...3 * day, 100),
    ]

    @Test("tells once that nothing comes, and that rows come again", arguments: outages, [-8, 3] as [Int64])
    func outage(_ outage: (String, SimulatedAccount, silent: ClosedRange<Int64>, told: Int64), zone: Int64) throws {
        var account = outage.1
        account.zone = zone
        // On the service's clock.
        let silent = (Self.begin + outage.silent.lowerBound - zone * 60)...(Self.begin + outage.silent.upperBound - zone * 60)
        account.arrival = { silent.contains($0) ? nil : $0 }
        let remarks = account.remarks(from: Self.begin - Self.day, to: Self.begin + 8 * Self.day)
        try #require(remarks.count == 2, "\(remarks)")
        guard case .silence(let seconds, let longest) = remarks[0].remark, case .arrivals(let after) = remarks[1].remark else {
            Issue.record("\(remarks)")
            return
        }
        #expect(remarks[0].minute - silent.lowerBound <= outage.told && remarks[0].minute >= silent.lowerBound + 15)
        #expect(remarks[1].minute >= silent.upperBound && remarks[1].minute <= silent.upperBound + account.step + 5)
        #expect(seconds <= outage.told * 60 + 600 && longest <= account.step * 60 + 300)
        #expect(after >= seconds)
    }

    @Test("says nothing without a history of two weeks", arguments: [0, 1, 3, 6] as [Int64])
    func littleHistory(days: Int64) {
        var account = SimulatedAccount(step: 1)
        account.isAwake = { _ in true }
        let (begin, silence) = (days * Self.day, days * Self.day + 720)
        account.arrival = { $0 < silence ? $0 : nil }
        #expect(account.remarks(from: begin, to: begin + 5 * Self.day).isEmpty)
    }

    @Test("says nothing of an empty mirror")
    func empty() {
        #expect(SimulatedAccount(arrival: { _ in nil }).remarks(from: 0, to: 3 * Self.week).isEmpty)
    }

    @Test("learns that rows come in batches, which their dates don't show")
    func batches() {
        // Every two hours, from the beginning of the watch on.
        let account = SimulatedAccount(step: 1, arrival: { $0 < Self.begin ? $0 : ($0 / 120 + 1) * 120 })
        let remarks = account.remarks(from: Self.begin, to: Self.begin + 10 * Self.day)
        #expect(remarks.count == 2 && remarks.allSatisfy { $0.minute <= Self.begin + 240 }, "\(remarks)")
    }

    @Test("of a watch that begins in an outage comes when any clock of the world would have it")
    func unknownClock() throws {
        var account = SimulatedAccount.office
        let silence = Self.begin - 5
        account.arrival = { $0 < silence ? $0 : nil }
        // A Monday, and nobody knows which hour it is there: ten of a day's hours are usual, of which two may not have passed.
        let remarks = account.remarks(from: Self.begin, to: Self.begin + 5 * Self.day)
        try #require(remarks.count == 1)
        #expect((Self.begin + 960...Self.begin + 2 * Self.day).contains(remarks[0].minute))
    }
}
