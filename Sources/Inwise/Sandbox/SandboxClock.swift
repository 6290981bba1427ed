// SPDX-License-Identifier: MIT

internal import Glibc

/// The clock that a sandbox's account lives by. It stands still where `now` was given and nothing keeps arriving,
/// so that the same URL gives the same bytes however slow the machine is.
struct SandboxClock {
    /// When the account was made.
    let start: WallTime
    /// Until when the account's history was made: today's midnight where `now` wasn't given, so that the account is
    /// the same all day.
    let endOfHistory: WallTime
    private let startedAt = Instant.now
    private let runs: Bool

    init(now: WallTime?, isLive: Bool) {
        start = now ?? Self.machineTime()
        endOfHistory = now ?? start.startOfDay
        runs = now == nil || isLive
    }

    /// Seconds since the account was made.
    var elapsed: Double { runs ? max(0, Instant.now.seconds(since: startedAt)) : 0 }

    var now: WallTime { start.adding(Int64(elapsed)) }

    /// This machine's local time.
    static func machineTime() -> WallTime {
        var seconds = time(nil)
        var local = tm()
        guard localtime_r(&seconds, &local) != nil else { return WallTime(seconds: Int64(seconds)) }
        return WallTime(seconds: Int64(seconds)).adding(Int64(local.tm_gmtoff))
    }
}
