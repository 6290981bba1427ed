// SPDX-License-Identifier: MIT

/// How long a watch waits between two rounds.
enum RoundPause {
    /// - Parameters:
    ///   - interval: from the beginning of a round to that of the next.
    ///   - elapsed: what the round took.
    ///   - retryAfter: what the service asked for just now.
    ///   - chance: 0 to 1; so that many watches don't come at once.
    static func seconds(interval: Double, elapsed: Double, retryAfter: Int?, chance: Double) -> Double {
        let usual = max(0, interval * (0.9 + 0.2 * chance) - elapsed)
        guard let retryAfter else { return usual }
        return max(usual, Double(retryAfter) * (1 + 0.1 * chance))
    }
}
