// SPDX-License-Identifier: MIT

/// Decides whether and when a failed request is made again. It does no I/O and reads no clock.
///
/// Pauses grow exponentially with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog), and a
/// budget keeps a client whose service is down from multiplying its load: 500 tokens, 5 a repeat, 1 back for
/// each success, as in the AWS SDKs' retry quota.
struct RetryPolicy {
    let maxRetries: Int
    /// Seconds.
    let maxDelay: Double
    private var tokens = Self.capacity

    private static let capacity = 500
    private static let cost = 5
    /// Seconds: the most that the first pause can be.
    private static let firstDelay = 0.25

    init(maxRetries: Int, maxDelay: Double) {
        self.maxRetries = maxRetries
        self.maxDelay = maxDelay
    }

    enum Decision {
        case again(at: Instant)
        case giveUp(InwiseError)
    }

    mutating func succeeded() { tokens = min(tokens + 1, Self.capacity) }

    /// - Parameters:
    ///   - attempts: how many requests were made, this one included.
    ///   - retryAfter: seconds that the service told to wait.
    mutating func decide(
        after failure: InwiseError, isRepeatable: Bool, attempts: Int, retryAfter: Double?, now: Instant, deadline: Instant
    ) -> Decision {
        var failure = failure
        failure.attempts = attempts
        failure.retryAfter = retryAfter.map { Int($0.rounded(.up)) }
        guard isRepeatable else { return .giveUp(failure) }
        if let retryAfter, retryAfter > maxDelay || now.adding(seconds: retryAfter) > deadline {
            failure.code = .rateLimit
            failure.message = "The service asks to come back in \(Int(retryAfter.rounded(.up))) s, which is later than \(retryAfter > maxDelay ? "\"max_retry_delay_seconds\"" : "the call's time") allows. Try again then."
            return .giveUp(failure)
        }
        guard attempts <= maxRetries, tokens >= Self.cost else { return .giveUp(failure) }
        let longest = min(maxDelay, Self.firstDelay * Double(1 << min(attempts - 1, 20)))
        var pause = Double.random(in: 0...longest)
        if let retryAfter { pause = retryAfter + min(pause, 0.25) }
        let time = now.adding(seconds: pause)
        guard time < deadline else { return .giveUp(failure) }
        tokens -= Self.cost
        return .again(at: time)
    }
}
