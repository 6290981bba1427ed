// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Merging is exact, commutative and associative: parts in any number and order tell the same as the whole.
@Suite struct FunnelMergeTests {
    @Test("Random parts merged in random order tell the same as all rows at once", arguments: [0, 3, 57, 58, 150], Array(1...6) as [UInt64])
    func parts(others: Int, seed: UInt64) throws {
        var random = FixedSeed(seed &* 1000 &+ UInt64(others))
        let rows = FunnelRow.random(3000, others: others, &random)
        let count = Int.random(in: 2...9, using: &random)
        var split = Array(repeating: [FunnelRow](), count: count)
        for row in rows { split[Int.random(in: 0..<count, using: &random)].append(row) }
        var funnels: [Funnel] = []
        for part in split {
            let funnel = Funnel()
            try funnel.add(part, &random)
            funnels.append(funnel)
        }
        // Any two that are left, in either direction, until one is left.
        while funnels.count > 1 {
            funnels.shuffle(using: &random)
            let from = funnels.removeLast()
            let before = from.summaryText()
            try funnels[0].merge(from)
            #expect(from.summaryText() == before)
        }
        #expect(funnels[0].summaryText() == FunnelOracle(rows).summary)
        for campaign in [1, -5, .max, 4] as [Int64] {
            #expect(funnels[0].summaryText(campaign: campaign) == FunnelOracle(rows, campaign: campaign).summary)
        }
    }

    @Test("Merged with itself, rows count twice and contacts once", arguments: [2, 90])
    func itself(others: Int) throws {
        var random = FixedSeed(11)
        let rows = FunnelRow.random(2000, others: others, &random)
        let funnel = Funnel()
        try funnel.add(rows, &random)
        try funnel.merge(funnel)
        #expect(funnel.summaryText() == FunnelOracle(rows + rows).summary)
        #expect(funnel.summaryText(campaign: 2) == FunnelOracle(rows + rows, campaign: 2).summary)
    }

    @Test("An empty funnel changes nothing and takes everything")
    func empty() throws {
        var random = FixedSeed(12)
        let rows = FunnelRow.random(500, others: 70, &random)
        let funnel = Funnel()
        try funnel.add(rows, &random)
        try funnel.merge(Funnel())
        let copy = Funnel()
        try copy.merge(funnel)
        #expect(funnel.summaryText() == FunnelOracle(rows).summary)
        #expect(copy.summaryText() == FunnelOracle(rows).summary)
        // And the copy goes on by itself.
        try copy.add(.sentEmails, "[{}]")
        #expect(funnel.summaryText() == FunnelOracle(rows).summary)
    }

    @Test("More than 2^63 - 1 rows are refused, and nothing has changed")
    func tooMany() throws {
        let funnel = Funnel()
        try funnel.add(.activities, "[{\"action_type\":\"emailOpened\",\"campaign_id\":1,\"contact_id\":1}]")
        for _ in 0..<62 { try funnel.merge(funnel) }
        let before = funnel.summaryText()
        #expect(before.hasPrefix("{\"opens\":\(Int64(1) << 62),\"opens_unique\":1,"))
        let error = #expect(throws: InwiseError.self) { try funnel.merge(funnel) }
        #expect(error?.code == .argument)
        #expect(funnel.summaryText() == before)
    }

    @Test("Large funnels merge into small ones")
    func large() throws {
        let (small, large) = (Funnel(), Funnel())
        func rows(_ contacts: Range<Int>) -> String {
            "[\(contacts.map { "{\"action_type\":\"emailOpened\",\"campaign_id\":1,\"contact_id\":\($0)}" }.joined(separator: ","))]"
        }
        try small.add(.activities, rows(0..<10))
        try large.add(.activities, rows(5..<50_000))
        try small.merge(large)
        #expect(small.summaryText().hasPrefix("{\"opens\":50005,\"opens_unique\":50000,"))
    }
}
