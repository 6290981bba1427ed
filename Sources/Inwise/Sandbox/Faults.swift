// SPDX-License-Identifier: MIT

/// Shares of calls, 0 to 1, that go wrong on purpose. Where they add up to more than 1, the first ones come first.
struct FaultRates: Sendable {
    /// Answered with 500, nothing done.
    var server = 0.0
    /// Answered with 429, nothing done.
    var rateLimit = 0.0
    /// Done, but without an answer.
    var drop = 0.0
}

/// What goes wrong with a call.
enum Fault {
    case rateLimit, server, drop

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
        case .drop:
            return InwiseError(.network, "The sandbox made this fault up (drop_rate in its URL): the work was done, and the answer was lost. What a recent method consumed is gone.")
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

    mutating func draw() -> Fault? {
        let number = random.fraction()
        if number < rates.rateLimit { return .rateLimit }
        if number < rates.rateLimit + rates.server { return .server }
        if number < rates.rateLimit + rates.server + rates.drop { return .drop }
        return nil
    }
}
