// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Retries") struct RetryPolicyTests {
    static let start = Instant(nanoseconds: 0)
    static let failure = InwiseError(.server, "It failed.", httpStatus: 503)

    func decide(
        _ policy: inout RetryPolicy, attempts: Int = 1, retryAfter: Double? = nil, seconds: Double = 1000, repeatable: Bool = true
    ) -> RetryPolicy.Decision {
        policy.decide(
            after: Self.failure, isRepeatable: repeatable, attempts: attempts, retryAfter: retryAfter, now: Self.start,
            deadline: Self.start.adding(seconds: seconds))
    }

    @Test("pause longer from one attempt to the next, at random from nothing to the whole", arguments: 1...12)
    func jitter(attempt: Int) {
        var longest = 0.0, shortest = Double.infinity
        for _ in 0..<500 {
            var policy = RetryPolicy(maxRetries: 20, maxDelay: 60)
            guard case .again(let time) = decide(&policy, attempts: attempt) else {
                Issue.record("no repeat")
                return
            }
            longest = max(longest, time.seconds(since: Self.start))
            shortest = min(shortest, time.seconds(since: Self.start))
        }
        let most = min(60, 0.25 * Double(1 << (attempt - 1)))
        #expect(longest <= most && longest > most * 0.8 && shortest < most * 0.2)
    }

    @Test("never come earlier than told", arguments: [0, 1, 59.5])
    func retryAfter(seconds: Double) {
        for _ in 0..<100 {
            var policy = RetryPolicy(maxRetries: 4, maxDelay: 60)
            guard case .again(let time) = decide(&policy, retryAfter: seconds) else {
                Issue.record("no repeat")
                return
            }
            #expect(time.seconds(since: Self.start) >= seconds)
        }
    }

    @Test("end at once if told to come later than allowed", arguments: [(61.0, 1000.0), (5.0, 4.0)])
    func tooLate(retryAfter: Double, seconds: Double) {
        var policy = RetryPolicy(maxRetries: 4, maxDelay: 60)
        guard case .giveUp(let error) = decide(&policy, retryAfter: retryAfter, seconds: seconds) else {
            Issue.record("repeated")
            return
        }
        #expect(error.code == .rateLimit && error.retryAfter == Int(retryAfter) && error.attempts == 1)
    }

    @Test("end after as many as allowed, and never begin where a repeat is not safe")
    func limit() {
        var policy = RetryPolicy(maxRetries: 2, maxDelay: 0)
        for (attempts, repeatable, isAgain) in [(1, true, true), (2, true, true), (3, true, false), (1, false, false)] {
            if case .again = decide(&policy, attempts: attempts, repeatable: repeatable) {
                #expect(isAgain)
            } else {
                #expect(!isAgain)
            }
        }
    }

    @Test("can't storm: 100 repeats, then one for five successes")
    func budget() {
        var policy = RetryPolicy(maxRetries: 20, maxDelay: 0)
        func repeats() -> Int {
            var count = 0
            while case .again = decide(&policy) { count += 1 }
            return count
        }
        #expect(repeats() == 100)
        for _ in 0..<5 { policy.succeeded() }
        #expect(repeats() == 1)
        for _ in 0..<10_000 { policy.succeeded() }
        #expect(repeats() == 100)
    }

    @Test(
        "understand both forms of Retry-After",
        arguments: [
            ("120", nil, 120), ("  7\t", nil, 7), ("0", nil, 0), ("Fri, 20 Sep 2024 12:01:30 GMT", "Fri, 20 Sep 2024 12:00:00 GMT", 90),
            ("Fri, 20 Sep 2024 11:00:00 GMT", "Fri, 20 Sep 2024 12:00:00 GMT", 0), ("99999999999999999999", nil, 1e9),
            ("soon", nil, nil), ("-5", nil, nil), ("", nil, nil), ("1.5", nil, nil),
        ] as [(String, String?, Double?)])
    func forms(text: String, date: String?, seconds: Double?) {
        #expect(Response.seconds(text, date: date) == seconds)
    }
}
