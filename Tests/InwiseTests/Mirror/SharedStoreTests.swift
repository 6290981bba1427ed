// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Two processes that sync into one file by turns.
@Suite("Two that write one mirror by turns") struct SharedStoreTests {
    private let folder = TemporaryFolder()
    private let one: Store
    private let other: Store

    init() throws {
        one = Store(try MirrorFile.open(folder["m.db"], readOnly: false))
        other = Store(try MirrorFile.open(folder["m.db"], readOnly: false))
    }

    private func row(_ id: Int, _ more: String = "") -> String { "[{\"id\":\(id)\(more)}]" }

    private func seal(_ store: Store) throws { try store.write { () throws(InwiseError) in try store.seal(.activities) } }

    /// The ids that a consumer gets behind what it has dealt with.
    private func feed(_ store: Store, _ place: inout RecentFeed.Place) throws -> [Int64] {
        let answer = try RecentFeed(store).rows(.activities, after: place, .numbers)
        place = answer.place
        return try Row.rows(of: answer.text.text).map(\.id)
    }

    @Test("see that the other has ended the first fill: what comes then goes to those who have read it")
    func sealed() throws {
        _ = try one.take(.activities, row(1))
        _ = try other.take(.activities, row(2))
        try seal(one)
        var place = RecentFeed.Place.beginning
        #expect(try feed(one, &place) == [1, 2])
        _ = try other.take(.activities, row(3))
        #expect(try feed(one, &place) == [3])
    }

    @Test("number the rows that arrive one after the other, also those that count nowhere", arguments: ["", ",\"campaign_id\":1"])
    func arrivals(more: String) throws {
        try seal(one)
        var (place, ids) = (RecentFeed.Place.beginning, [Int64]())
        for id in 1...6 {
            _ = try (id.isMultiple(of: 2) ? one : other).take(.activities, row(id, more))
            ids += try feed(other, &place)
        }
        #expect(ids == [1, 2, 3, 4, 5, 6])
        #expect(try one.integers("SELECT arrival FROM activities ORDER BY arrival", columns: 1).map { $0[0] } == [1, 2, 3, 4, 5, 6])
    }

    @Test("note a campaign as touched again which the other has audited")
    func touched() throws {
        _ = try one.take(.activities, row(1, ",\"campaign_id\":1"))
        _ = try other.take(.activities, row(2, ",\"campaign_id\":2"))
        _ = try one.take(.activities, row(3, ",\"campaign_id\":2"))
        try other.write { () throws(InwiseError) in
            for campaign in [1, 2] as [Int64] { try SyncLedger(other).noteAudited(campaign) }
        }
        _ = try one.take(.activities, row(4, ",\"campaign_id\":2"))
        #expect(try SyncLedger(one).touchedCampaigns() == [2])
    }

    @Test("know that the other lets sent mails come anew")
    func sentAnew() throws {
        func mails(_ ids: Int...) -> String { "[" + ids.map { "{\"row_index\":0,\"contact_id\":\($0)}" }.joined(separator: ",") + "]" }
        #expect(try other.take(.sentEmails, mails(1)).rows.new == 1)
        #expect(try one.take(.sentEmails, mails(2)).hasConflict)
        try one.write { () throws(InwiseError) in try one.beginSentAnew() }
        let counts = try other.take(.sentEmails, mails(1, 2, 3))
        #expect(!counts.hasConflict && counts.rows == RowCounts(fetched: 3, new: 3))
        #expect(try one.take(.sentEmails, mails(3, 2)).rows == RowCounts(fetched: 2, repeated: 2))
    }

    @Test("know that the other has moved a row out of a campaign")
    func moved() throws {
        _ = try one.take(.activities, row(1, ",\"campaign_id\":1,\"contact_id\":1,\"action_type\":\"onSite\""))
        _ = try other.take(.activities, row(1, ",\"contact_id\":1,\"action_type\":\"onSite\""))
        _ = try one.take(.activities, row(2, ",\"campaign_id\":1,\"contact_id\":1,\"action_type\":\"onSite\""))
        let counts = try CampaignSummary(of: 1, in: other).counts
        #expect(counts.onsite == 1 && counts.onsiteUnique == 1)
    }

    @Test("have the same names for the same numbers")
    func names() throws {
        for (id, store) in [one, other, one, other].enumerated() { _ = try store.take(.activities, row(id, ",\"action_type\":\"type \(id)\"")) }
        try seal(one)
        for store in [one, other] {
            var place = RecentFeed.Place.beginning
            let answer = try RecentFeed(store).rows(.activities, after: place, .numbers)
            place = answer.place
            #expect(try Row.rows(of: answer.text.text).map(\.type) == ["type 0", "type 1", "type 2", "type 3"])
        }
    }
}
