// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Warming up") struct WarmUpTests {
    @Test("goes through a whole sync and its audit, in memory, and to its end")
    func mirror() throws { try WarmUp.mirror(WarmUp.sandbox()) }
}
