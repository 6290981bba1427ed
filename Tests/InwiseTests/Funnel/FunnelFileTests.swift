// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// A saved funnel is the funnel, now and in later versions.
@Suite struct FunnelFileTests {
    @Test("What is loaded tells what was saved, and is saved as the same bytes", arguments: [1, 2, 3, 4] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = FixedSeed(seed)
        let rows = FunnelRow.random([0, 1, 40, 600][Int(seed) - 1], others: 30, &random)
        let funnel = try Funnel(rows, &random)
        let bytes = try funnel.savedBytes
        let loaded = try Funnel.load(bytes)
        #expect(try loaded.savedBytes == bytes)
        let oracle = FunnelOracle(rows)
        for query in FunnelQuestions.all { #expect(loaded.summaryText(query) == oracle.summary(query), "\(query)") }
        #expect(try funnel.savedBytes == bytes, "saving changes nothing")
    }

    @Test("What is loaded can be added to, merged and merged into")
    func goesOn() throws {
        var random = FixedSeed(9)
        let (rows, more) = (FunnelRow.random(300, &random), FunnelRow.random(300, &random))
        let both = try Funnel(rows + more, &random).savedBytes
        let added = try Funnel.load(Funnel(rows, &random).savedBytes)
        try added.add(more, &random)
        #expect(try added.savedBytes == both)
        let into = try Funnel.load(Funnel(rows, &random).savedBytes)
        try into.merge(Funnel.load(Funnel(more, &random).savedBytes))
        #expect(try into.savedBytes == both)
        try into.merge(into)
        #expect(try into.savedBytes == Funnel(rows + more + more + rows, &random).savedBytes)
    }

    @Test("An empty funnel is 38 bytes")
    func empty() throws {
        let bytes = try Funnel().savedBytes
        #expect(bytes == SavedBody { $0.tables(); $0.varint(0) }.file)
        #expect(bytes.count == 38)
        #expect(try Funnel.load(bytes).groupings == Funnel().groupings)
    }

    /// Six rows, and what version 1 of the format makes of them. Later versions must load it, whatever they write.
    private static func example() throws -> Funnel {
        let funnel = Funnel()
        try funnel.add(.sentEmails, """
            [{"campaign_id":7,"contact_id":5,"date_sent":"2024-09-02 10:00:00","sending_source":"Campaign","email":"a@example.com"},
            {"campaign_id":7,"contact_id":-6,"date_sent":"2024-09-02 10:00:00","email":"b@example.org"}]
            """)
        try funnel.add(.undelivered, "[{\"contact_id\":-6}]")
        let opened = "{\"campaign_id\":7,\"contact_id\":5,\"action_date\":\"2024-09-02 10:01:00\",\"action_type\":\"emailOpened\"}"
        try funnel.add(.activities, "[\(opened),\(opened),{\"action_type\":\"new\"}]")
        return funnel
    }

    private static let exampleBody = SavedBody { body in
        let date = UInt64(1_725_271_200)
        body.names(["new"])
        body.names(["Campaign"])
        body.names(["example.com", "example.org"])
        body.ids([-6, 5])
        body.varints(2, date, 1, date)
        body.ids([7])
        body.varint(5)
        // Campaign, stream, events of contact and time, repeats.
        body.varints(0, SavedBody.undelivered, 1, 0, 0, 0)
        body.varints(0, SavedBody.activities(7), 1, 2, 0, 0)
        body.varints(1, SavedBody.sent(nil), 1, 0, date, 0)
        body.varints(1, SavedBody.activities(0), 1, 1, date + 60, 1, 0, 1)
        body.varints(1, SavedBody.sent(0), 1, 1, date, 0)
    }

    @Test("The bytes are those of version 1")
    func format() throws {
        #expect(try Self.example().savedBytes == Self.exampleBody.file)
        let loaded = try Funnel.load(Self.exampleBody.file)
        #expect(try loaded.groupings == Self.example().groupings)
    }

    @Test("The checksum of version 1 is this number")
    func checksum() {
        let file = Self.exampleBody.file
        #expect(file[24..<32].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == 6_296_078_008_103_813_236)
    }

    // MARK: - The public funnel

    @Test("The public funnel saves, loads and refuses as well")
    func publicFunnel() throws {
        let funnel = InwiseFunnel()
        try funnel.add(.activities, "[{\"campaign_id\":1,\"contact_id\":2,\"action_type\":\"emailOpened\"}]")
        let loaded = try InwiseFunnel(loading: funnel.save())
        #expect(try loaded.summary() == funnel.summary())
        #expect(try loaded.summary(FunnelQuery(groupBy: .campaign)) == funnel.summary(FunnelQuery(groupBy: .campaign)))
        try loaded.merge(funnel)
        try loaded.merge(loaded)
        #expect(try loaded.summary().description.hasPrefix("{\"opens\":4,\"opens_unique\":1,"))
        let error = #expect(throws: InwiseError.self) { try InwiseFunnel(loading: []) }
        #expect(error?.code == .argument)
    }
}
