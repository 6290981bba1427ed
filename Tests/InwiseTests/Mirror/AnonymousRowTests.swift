// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Rows without an id") struct AnonymousRowTests {
    let store: Store

    init() throws {
        store = try Store()
        try store.finishFill()
    }

    private func take(_ rows: String...) throws -> RowCounts { try store.take(.activities, "[" + rows.joined(separator: ",") + "]").rows }

    private let click = #"{"contact_id":5,"campaign_id":1,"action_type":"emailClicked","action_date":"2024-09-20 12:00:00"}"#

    @Test("that are alike are as many as an answer had at the most")
    func occurrences() throws {
        let open = click.replacing("Clicked", with: "Opened")
        for (rows, new, all) in [
            ([click, click], 2, 2), ([click], 0, 2), ([click, open, click, click], 2, 4), ([open, open], 1, 5), ([open, click, open, click, click], 0, 5),
        ] {
            let counts = try store.take(.activities, "[" + rows.joined(separator: ",") + "]")
            #expect(counts.hasAnonymous && counts.rows == RowCounts(fetched: rows.count, new: new, repeated: rows.count - new))
            #expect(try store.everything(.activities).count == all)
        }
        let counts = try CampaignSummary(of: 1, in: store).counts
        #expect(counts.clicks == 3 && counts.clicksUnique == 1 && counts.opens == 2 && counts.opensUnique == 1)
    }

    @Test("are the same however an answer writes them", arguments: [
        #"{"action_date":"2024-09-20 12:00:00","action_type":"emailClicked","campaign_id":1,"contact_id":5}"#,
        #"{ "contact_id" : "5", "campaign_id":1 ,"action_type":"email\u0043licked","action_date":"2024-09-20 12:00:00"}"#,
        #"{"contact_id":4,"contact_id":5,"campaign_id":1,"action_type":"emailClicked","action_date":"2024-09-20 12:00:00"}"#,
    ])
    func members(other: String) throws {
        _ = try take(click)
        #expect(try take(other) == RowCounts(fetched: 1, repeated: 1))
    }

    @Test("that have members which nobody knows are the same in any order of these")
    func strangers() throws {
        #expect(try take(#"{"b":1,"a":[2],"ip":null}"#).new == 1)
        for row in [#"{"a":[2],"b":1,"ip":null}"#, #"{"ip":null,"a":[2],"b":1}"#, #"{"b":0,"a":[2],"ip":null,"b":1}"#] { #expect(try take(row).new == 0, "\(row)") }
        for row in [#"{"b":1,"a":[2]}"#, #"{"b":1,"a":[3],"ip":null}"#, #"{"b":1,"a":[2],"ip":""}"#, "{}"] { #expect(try take(row).new == 1, "\(row)") }
    }

    @Test("differ where anything does")
    func differences() throws {
        var rows = [click]
        for (from, to) in [
            (":5", ":6"), (":5", ":\"5x\""), (":1,", ":2,"), ("Clicked", "Opened"), ("12:00:00", "12:00:01"), (" 12:00:00", "T12:00:00"), (" 12:00:00", ""),
            ("}", ",\"ip\":\"\"}"), ("}", ",\"ip\":null}"), ("}", ",\"id\":null}"), ("}", ",\"id\":\"x\"}"), ("}", ",\"remarks\":\"\"}"),
        ] { rows.append(click.replacing(from, with: to)) }
        for row in rows { #expect(try take(row) == RowCounts(fetched: 1, new: 1), "\(row)") }
        for row in rows { #expect(try take(row) == RowCounts(fetched: 1, repeated: 1), "\(row)") }
        #expect(try take(rows.joined(separator: ",")).repeated == rows.count)
    }

    @Test("find their place where another one lies in it", arguments: 1...3)
    func collisions(others: Int) throws {
        // What lies where the row would becomes another, time and again.
        for other in 0..<others {
            #expect(try take(click).new == 1)
            try store.write { () throws(InwiseError) in
                try store.database.execute("UPDATE activities SET contact = \(100 + other) WHERE contact = 5")
            }
        }
        #expect(try take(click).new == 1)
        for _ in 0..<2 { #expect(try take(click) == RowCounts(fetched: 1, repeated: 1)) }
        #expect(try take(click, click) == RowCounts(fetched: 2, new: 1, repeated: 1))
        #expect(try store.everything(.activities).count == others + 2)
    }

    @Test("stand among others in a page without being lost or doubled", arguments: [1, 2, 3] as [UInt64])
    func mixed(seed: UInt64) throws {
        var random = FixedSeed(seed), rows: [String] = []
        for id in 0..<300 { rows.append(random.once(in: 9) ? "{\"contact_id\":\(id)}" : "{\"id\":\(1000 - id),\"remarks\":\"\\u0041\(id)\"}") }
        let page = "[" + rows.joined(separator: ",") + "]"
        #expect(try store.take(.activities, page).rows == RowCounts(fetched: 300, new: 300))
        #expect(try store.take(.activities, page).rows == RowCounts(fetched: 300, repeated: 300))
        #expect(try store.everything(.activities).sorted() == ReferenceRows.texts(page).sorted())
    }
}
