// SPDX-License-Identifier: MIT

/// Shares of live rows, 0 to 1, whose date is not that of their arrival. Where they add up to more than 1, late ones
/// come first.
struct LiveDateRates: Sendable {
    /// Arrive up to three days after their date.
    var late = 0.0
    /// Are dated up to two days in the future.
    var future = 0.0
}

/// Gives live rows their dates: the same ones in the same order for the same seed.
struct LiveDates {
    private let rates: LiveDateRates
    /// What happened before the account's history began has no row.
    private let earliest: WallTime
    /// Of its own: which rows arrive doesn't hang on their dates.
    private var random: SplitMix64

    private static let latest = 3 * Int(WallTime.secondsPerDay)
    private static let ahead = 3600...2 * Int(WallTime.secondsPerDay)

    init(_ rates: LiveDateRates, seed: UInt64, earliest: WallTime) {
        self.rates = rates
        self.earliest = earliest
        random = SplitMix64(seed: seed, .liveDates)
    }

    /// The date of the next row, which arrives now.
    mutating func date(arriving now: WallTime) -> WallTime {
        let number = random.fraction()
        if number < rates.late {
            let room = Int(clamping: now.seconds - earliest.seconds)
            return now.adding(-Int64(random.within(1...min(max(room, 1), Self.latest))))
        }
        if number < rates.late + rates.future { return now.adding(Int64(random.within(Self.ahead))) }
        return now
    }
}
