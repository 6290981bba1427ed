// SPDX-License-Identifier: MIT

/// Tells a silence that is unusual from one that is not, round by round. It reads no clock and no mirror.
///
/// Unusual is what lasts more than three times as long as the longest silence of the past two weeks, and at least a quarter of an
/// hour; hours in which rows don't usually come don't count. As long as it isn't known by which clock the service dates
/// its rows, the kindest is assumed.
struct ArrivalWatch {
    /// What is to be said after a round.
    enum Remark: Equatable {
        /// Seconds since the latest arrival, and how long it was silent at most before, in usual hours.
        case silence(seconds: Int64, longest: Int64)
        /// Rows come again, after so many seconds.
        case arrivals(after: Int64)
    }

    private var rhythm: ArrivalRhythm?
    private var clock = ServiceClock()
    /// Times are seconds of UTC.
    private var lastArrival: Int64?
    private var learned: Int64?
    private var isWarned = false
    /// Silences that this watch has seen, in usual seconds: rows may come in batches, which their dates don't show.
    private var silences: [(end: Int64, seconds: Int64)] = []

    static let factor: Int64 = 3
    static let shortest: Int64 = 900
    /// How long a rhythm serves.
    private static let lifetime: Int64 = 21_600

    /// Whether there was a round.
    var hasBegun: Bool { lastArrival != nil }

    /// Takes in a round that went well.
    ///
    /// - Parameters:
    ///   - newRows: how many came that the mirror did not have.
    ///   - dates: of those of them that are known.
    mutating func round(newRows: Int64, dates: [Int64], at now: Int64) -> Remark? {
        guard let last = lastArrival else {
            // What the first round brings has gathered since the mirror was in step.
            lastArrival = now
            return nil
        }
        guard newRows > 0 else { return silence(since: last, now) }
        clock.take(dates, at: now)
        silences.removeAll { $0.end < now - ArrivalRhythm.history }
        silences.append((now, usualSeconds(from: last, to: now)))
        lastArrival = now
        defer { isWarned = false }
        return isWarned ? .arrivals(after: now - last) : nil
    }

    private mutating func silence(since last: Int64, _ now: Int64) -> Remark? {
        guard let rhythm, !isWarned else { return nil }
        let longest = max(rhythm.longestSilence, silences.map(\.seconds).max() ?? 0)
        guard usualSeconds(from: last, to: now) > max(longest * Self.factor, Self.shortest) else { return nil }
        isWarned = true
        return .silence(seconds: now - last, longest: longest)
    }

    /// In usual hours, by the service's clock or the kindest.
    private func usualSeconds(from: Int64, to: Int64) -> Int64 {
        guard let rhythm else { return 0 }
        if let offset = clock.offset { return rhythm.usualSeconds(from: from + offset, to: to + offset) }
        let offsets = stride(from: ServiceClock.range.lowerBound, through: ServiceClock.range.upperBound, by: 3600)
        return offsets.map { rhythm.usualSeconds(from: from + $0, to: to + $0) }.min() ?? 0
    }

    // MARK: The rhythm

    /// Whether the mirror's dates should be read: while it is silent the rhythm of before holds.
    func wantsHistory(at now: Int64) -> Bool {
        guard let learned else { return lastArrival != nil }
        return lastArrival == now && now - learned >= Self.lifetime
    }

    /// From when on dates are of use.
    static func beginOfHistory(at now: Int64) -> Int64 { now - ArrivalRhythm.history - ServiceClock.range.upperBound }

    /// Learns when rows come.
    ///
    /// - Parameter dates: those of the mirror, from `beginOfHistory` on.
    mutating func learn(_ dates: some Sequence<Int64>, at now: Int64) {
        learned = now
        rhythm = ArrivalRhythm(dates, until: now + (clock.offset ?? 0))
    }
}
