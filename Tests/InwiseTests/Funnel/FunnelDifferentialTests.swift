// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Random rows in random pages and dressings tell what the oracle tells, byte for byte.
@Suite struct FunnelDifferentialTests {
    @Test("Every grouping of every window tells what dictionaries and sets tell", arguments: [1, 2, 3] as [UInt64])
    func everyQuestion(seed: UInt64) throws {
        var random = FixedSeed(seed)
        let rows = FunnelRow.random(600, &random)
        let (funnel, oracle) = (try Funnel(rows, &random), FunnelOracle(rows))
        for query in FunnelQuestions.all { #expect(funnel.summaryText(query) == oracle.summary(query), "\(query)") }
    }

    @Test("Any number of types without a field", arguments: [0, 1, 56, 57, 58, 200])
    func types(others: Int) throws {
        var random = FixedSeed(UInt64(others))
        let rows = FunnelRow.random(1500, others: others, &random)
        let (funnel, oracle) = (try Funnel(rows, &random), FunnelOracle(rows))
        for query in FunnelQuestions.groupings() { #expect(funnel.summaryText(query) == oracle.summary(query), "\(query)") }
    }

    @Test("Few rows, where groups and times are often missing", arguments: 0..<60 as Range<UInt64>)
    func fewRows(seed: UInt64) throws {
        var random = FixedSeed(seed &+ 100)
        let rows = FunnelRow.random(Int(seed) / 4, &random)
        let (funnel, oracle) = (try Funnel(rows, &random), FunnelOracle(rows))
        for query in FunnelQuestions.groupings() { #expect(funnel.summaryText(query) == oracle.summary(query), "\(query)") }
    }
}
