// SPDX-License-Identifier: MIT

/// By how much the clock by which the service dates its rows is ahead of UTC. Nobody tells; the dates of rows that have just
/// come do.
struct ServiceClock {
    /// Ahead by at least and at most so much, as the zones of the world are.
    static let range: ClosedRange<Int64> = -43_200...50_400

    private var samples: [Int64] = []
    /// Fewer may be of late rows alone.
    private static let fewest = 20
    /// Enough for nights in which late rows alone come not to count, and few enough to follow a summer time.
    private static let most = 101

    /// Seconds; nil as long as too little has come to tell.
    var offset: Int64? { samples.count < Self.fewest ? nil : Self.median(samples) }

    /// - Parameters:
    ///   - dates: of rows that came just now.
    ///   - now: in seconds of UTC.
    mutating func take(_ dates: [Int64], at now: Int64) {
        // What comes has been under way for a while.
        guard let offset = Self.median(dates.map { $0 - now }), offset > Self.range.lowerBound - 3600, offset <= Self.range.upperBound
        else { return }
        samples.append(offset)
        if samples.count > Self.most { samples.removeFirst() }
    }

    private static func median(_ numbers: [Int64]) -> Int64? {
        numbers.isEmpty ? nil : numbers.sorted()[numbers.count / 2]
    }
}
