// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sandbox's clock") struct SandboxClockTests {
    static let noon = WallTime(seconds: 1_726_833_600)

    @Test("stands still where it was set and nothing keeps arriving, and runs otherwise", arguments: [
        (true, false, false), (true, true, true), (false, false, true), (false, true, true),
    ])
    func runs(isSet: Bool, isLive: Bool, runs: Bool) {
        let clock = SandboxClock(now: isSet ? Self.noon : nil, isLive: isLive)
        let begun = Instant.now
        while Instant.now <= begun {}
        #expect((clock.elapsed > 0) == runs)
    }

    @Test("lets the history end where it was set, or else at today's midnight")
    func endOfHistory() {
        #expect(SandboxClock(now: Self.noon, isLive: true).endOfHistory == Self.noon)
        let clock = SandboxClock(now: nil, isLive: false)
        #expect(clock.endOfHistory == clock.start.startOfDay)
        #expect(clock.start.seconds - clock.endOfHistory.seconds < 86_400)
    }
}
