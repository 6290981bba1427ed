// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Merging is exact, commutative and associative: parts in any number and order are the whole, by what they tell and by the
/// bytes that they are saved as.
@Suite struct FunnelMergeTests {
    @Test("Random parts merged in random order are the whole", arguments: [0, 3, 57, 150], Array(1...3) as [UInt64])
    func parts(others: Int, seed: UInt64) throws {
        var random = FixedSeed(seed &* 1000 &+ UInt64(others))
        let rows = FunnelRow.random(1000, others: others, &random)
        let whole = try Funnel(rows, &random)
        var funnels = try Self.split(rows, &random).map { try Funnel($0, &random) }
        // Any two that are left, in either direction, until one is left.
        while funnels.count > 1 {
            funnels.shuffle(using: &random)
            let from = funnels.removeLast()
            let before = try from.savedBytes
            try funnels[0].merge(from)
            #expect(try from.savedBytes == before, "what was merged stays as it was")
        }
        #expect(try funnels[0].savedBytes == whole.savedBytes)
        let oracle = FunnelOracle(rows)
        for query in FunnelQuestions.groupings() + FunnelQuestions.groupings(("2024-09-02", "2024-09-02"), campaign: 2) {
            #expect(funnels[0].summaryText(query) == oracle.summary(query), "\(query)")
        }
    }

    private static func split(_ rows: [FunnelRow], _ random: inout FixedSeed) -> [[FunnelRow]] {
        var parts = Array(repeating: [FunnelRow](), count: Int.random(in: 2...9, using: &random))
        for row in rows { parts[Int.random(in: parts.indices, using: &random)].append(row) }
        return parts
    }

    @Test("Parts that were saved and loaded in between are the whole too", arguments: [1, 2, 3] as [UInt64])
    func loadedParts(seed: UInt64) throws {
        var random = FixedSeed(seed)
        let rows = FunnelRow.random(800, &random)
        let merged = Funnel()
        for part in Self.split(rows, &random) {
            // The first half is loaded and added to, then loaded again and merged.
            let half = try Funnel.load(Funnel(Array(part.prefix(part.count / 2)), &random).savedBytes)
            try half.add(Array(part.dropFirst(part.count / 2)), &random)
            try merged.merge(Funnel.load(half.savedBytes))
        }
        #expect(try merged.savedBytes == Funnel(rows, &random).savedBytes)
        let oracle = FunnelOracle(rows)
        for query in FunnelQuestions.groupings() { #expect(merged.summaryText(query) == oracle.summary(query), "\(query)") }
    }

    @Test("Rows in any order and dressing are the same funnel", arguments: [1, 2, 3] as [UInt64])
    func order(seed: UInt64) throws {
        var random = FixedSeed(seed)
        let rows = FunnelRow.random(500, others: 20, &random)
        let bytes = try Funnel(rows, &random).savedBytes
        #expect(try Funnel(rows.reversed(), &random).savedBytes == bytes)
        #expect(try Funnel(rows.shuffled(using: &random), &random).savedBytes == bytes)
        #expect(try Funnel(Array(rows.dropLast()), &random).savedBytes != bytes)
    }

    @Test("Merged with itself, rows count twice and contacts once", arguments: [2, 90])
    func itself(others: Int) throws {
        var random = FixedSeed(11)
        let rows = FunnelRow.random(700, others: others, &random)
        let funnel = try Funnel(rows, &random)
        try funnel.merge(funnel)
        #expect(try funnel.savedBytes == Funnel(rows + rows, &random).savedBytes)
        for query in FunnelQuestions.groupings() { #expect(funnel.summaryText(query) == FunnelOracle(rows + rows).summary(query), "\(query)") }
    }

    @Test("An empty funnel changes nothing and takes everything")
    func empty() throws {
        var random = FixedSeed(12)
        let funnel = try Funnel(FunnelRow.random(300, &random), &random)
        let (bytes, told) = (try funnel.savedBytes, funnel.groupings)
        try funnel.merge(Funnel())
        let copy = Funnel()
        try copy.merge(funnel)
        #expect(try funnel.savedBytes == bytes && copy.savedBytes == bytes)
        #expect(funnel.groupings == told && copy.groupings == told)
        // And the copy goes on by itself.
        try copy.add(.sentEmails, "[{}]")
        #expect(try funnel.savedBytes == bytes && copy.savedBytes != bytes)
    }

    @Test("More than 2^63 - 1 rows are refused, and nothing has changed")
    func tooMany() throws {
        let row = FunnelRow(kind: .activities, campaign: 1, contact: 1, type: "emailOpened", date: FunnelRow.monday)
        var random = FixedSeed(1)
        let funnel = try Funnel([row], &random)
        for _ in 0..<62 { try funnel.merge(funnel) }
        let oracle = FunnelOracle([row], times: 1 << 62)
        for other in [funnel, try Funnel.load(funnel.savedBytes)] {
            let error = #expect(throws: InwiseError.self) { try funnel.merge(other) }
            #expect(error?.code == .argument)
            for query in FunnelQuestions.groupings() { #expect(funnel.summaryText(query) == oracle.summary(query), "\(query)") }
        }
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
