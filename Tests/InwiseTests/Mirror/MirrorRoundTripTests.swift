// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Rows that a mirror takes in") struct MirrorRoundTripTests {
    /// Rows in pages of any size.
    private static func pages(_ rows: [String], _ random: inout FixedSeed) -> [String] {
        var (pages, rest) = ([String](), rows[...])
        while !rest.isEmpty {
            let size = random.pick([1, 2, 7, 49, 50, 51, 120, 400])
            pages.append("[" + rest.prefix(size).joined(separator: ",") + "]")
            rest = rest.dropFirst(size)
        }
        return pages
    }

    /// As a walk hands a page on: ids are integers. A feed's answer is taken in as it came.
    private static func normalized(_ page: String, _ kind: RowKind) throws -> String { try RowPage(.holding(page), kind).text().text }

    @Test("come out as they were, ids as integers, in whatever pages and order they came and however often", arguments: RowKind.allCases, 1...8 as ClosedRange<UInt64>)
    func roundTrip(kind: RowKind, seed: UInt64) throws {
        var maker = OddRows(kind, seed: seed), random = FixedSeed(seed &+ 100)
        var rows = (0..<600).map { _ in maker.row() }
        let store = try Store(), isSealed = random.once(in: 2)
        if isSealed { try store.finishFill() }
        var reference = ReferenceRows(kind)
        for round in 0..<4 {
            if round == 1 { rows.reverse() }
            if round > 1 { rows.shuffle(using: &random) }
            for page in Self.pages(rows, &random) {
                let counts = try store.take(kind, random.once(in: 2) ? page : Self.normalized(page, kind))
                #expect(try counts.rows == reference.add(page), "round \(round)")
            }
        }
        if !isSealed { try store.finishFill() }
        let found = try store.everything(kind)
        let expected = reference.texts
        #expect(found.count == expected.count)
        for (found, expected) in zip(found.sorted(), expected.sorted()) where found != expected {
            Issue.record("\(found)\nwas\n\(expected)")
            break
        }
    }

    @Test("are taken or left whole: a page that is no page leaves nothing behind", arguments: ["[{\"id\":1},{\"id\":2},]", "[{\"id\":1},{\"x\":\"\\u0000\"}]", "{}", "", "[{\"id\":1}"])
    func refused(page: String) throws {
        let store = try Store()
        try store.finishFill()
        let error = #expect(throws: InwiseError.self) { try store.take(.activities, page) }
        #expect(error?.code == .protocol)
        #expect(try store.everything(.activities).isEmpty)
        #expect(try store.take(.activities, "[{\"id\":1}]").rows == RowCounts(fetched: 1, new: 1))
    }

    @Test("replace the row before where they come with other values, and say so")
    func repaired() throws {
        let store = try Store()
        try store.finishFill()
        _ = try store.take(.activities, #"[{"id":1,"ip":"a"},{"id":2,"ip":"b"}]"#)
        #expect(try store.take(.activities, #"[{"id":1,"ip":"a","more":[1]},{"ip":"b","id":"2"}]"#).rows == RowCounts(fetched: 2, repeated: 2, repaired: 1))
        #expect(try store.everything(.activities).sorted() == [#"{"id":1,"ip":"a","more":[1]}"#, #"{"id":2,"ip":"b"}"#])
        #expect(try store.take(.activities, #"[{"id":1}]"#).rows == RowCounts(fetched: 1, repeated: 1, repaired: 1))
        #expect(try store.everything(.activities).sorted() == [#"{"id":1}"#, #"{"id":2,"ip":"b"}"#])
    }

    @Test("of sent mails are rows of their own where one row_index stands for another campaign, contact or date")
    func conflicts() throws {
        let store = try Store()
        try store.finishFill()
        let mails = ["1,\"contact_id\":1", "2,\"contact_id\":1", "1,\"contact_id\":2", "1,\"contact_id\":1,\"date_sent\":\"2024-09-20\""]
            .map { "{\"row_index\":0,\"campaign_id\":\($0)}" }
        for round in 0..<3 {
            for mail in round == 2 ? mails.reversed() : mails {
                let counts = try store.take(.sentEmails, "[\(mail)]")
                #expect(counts.rows.new == (round == 0 ? 1 : 0) && counts.rows.repaired == 0)
            }
        }
        // However the answers write the number that is none.
        for mail in mails { #expect(try store.take(.sentEmails, "[\(mail.replacing("\":0,", with: "\":\"0\","))]").rows.new == 0, "\(mail)") }
        #expect(try store.everything(.sentEmails).count == 4)
    }

    @Test("count where they come late: new ones dated where all had been read before")
    func late() throws {
        let store = try Store()
        func rows(_ ids: ClosedRange<Int>) -> String { "[" + ids.map { "{\"id\":\($0),\"action_date\":\"\(WallTime(seconds: Int64($0)).text)\"}" }.joined(separator: ",") + "]" }
        var view = PageView()
        (view.settled, view.since) = (WallTime(seconds: 150), WallTime(seconds: 100))
        for (ids, late) in [(90...99, 0), (98...101, 2), (102...201, 48), (1...201, 0)] { #expect(try store.take(.activities, rows(ids), view).rows.late == late) }
    }
}
