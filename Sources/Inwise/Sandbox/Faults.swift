// SPDX-License-Identifier: MIT

/// Shares of calls, 0 to 1, that go wrong on purpose. Where they add up to more than 1, the first ones come first.
struct FaultRates: Sendable {
    /// Answered with 500, nothing done.
    var server = 0.0
    /// Answered with 429, nothing done.
    var rateLimit = 0.0
    /// Done, but without an answer.
    var drop = 0.0
    /// The same of the recent methods alone.
    var recentDrop = 0.0
}

/// What goes wrong with a call.
enum Fault {
    case rateLimit, server, drop, recentDrop

    /// Whether the work is done, and only its answer is lost.
    var losesAnswer: Bool { self == .drop || self == .recentDrop }

    /// Seconds after which a rate-limited client is told to come back.
    static let retryAfter = 1

    /// As a direct call gets it, or the body of a REST answer says it.
    var error: InwiseError {
        switch self {
        case .rateLimit:
            var error = InwiseError(.rateLimit, "The sandbox made this fault up (rate_limit in its URL): too many requests. Try again in \(Self.retryAfter) s.", httpStatus: 429)
            error.retryAfter = Self.retryAfter
            return error
        case .server:
            return InwiseError(.server, "The sandbox made this fault up (fail_rate in its URL): the service failed and did nothing. Try again.", httpStatus: 500)
        case .drop, .recentDrop:
            return InwiseError(.network, "The sandbox made this fault up (\(self == .drop ? "drop_rate" : "recent_drop_rate") in its URL): the work was done, and the answer was lost. What a recent method consumed is gone.")
        }
    }
}

/// Draws a fault, or none, for each call; the same ones in the same order for the same seed.
struct FaultDice {
    private let rates: FaultRates
    private var random: SplitMix64

    init(_ rates: FaultRates, seed: UInt64) {
        self.rates = rates
        random = SplitMix64(seed: seed, .faults)
    }

    mutating func draw(for method: Method) -> Fault? {
        let shares = [
            (Fault.rateLimit, rates.rateLimit), (.server, rates.server), (.drop, rates.drop),
            (.recentDrop, method.consumes ? rates.recentDrop : 0),
        ]
        let number = random.fraction()
        var sum = 0.0
        for (fault, share) in shares {
            sum += share
            if number < sum { return fault }
        }
        return nil
    }
}
