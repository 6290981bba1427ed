// SPDX-License-Identifier: MIT

internal import Glibc

/// A point of the monotonic clock, in nanoseconds: what every deadline and pause is measured by.
package struct Instant: Comparable, Sendable {
    package var nanoseconds: Int64

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static let distantFuture = Instant(nanoseconds: Int64.max)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Seconds later; saturating.
    package func adding(seconds: Double) -> Instant {
        let step = (seconds * 1e9).rounded()
        guard step.magnitude < 9e18 else { return .distantFuture }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(Int64(step))
        return overflow ? .distantFuture : Instant(nanoseconds: sum)
    }

    package func seconds(since earlier: Instant) -> Double { Double(nanoseconds &- earlier.nanoseconds) / 1e9 }
}
