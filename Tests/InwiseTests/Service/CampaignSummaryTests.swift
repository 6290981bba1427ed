// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A campaign's summary") struct CampaignSummaryTests {
    /// A store with activities of the given types and contacts, all of one campaign but the last.
    static func store(_ activities: [(type: String, contact: Int64)]) throws -> Store {
        let store = try Store()
        try store.write { () throws(InwiseError) in
            for (index, activity) in activities.enumerated() {
                let campaign: Int64 = index == activities.count - 1 ? 2 : 1
                try store.intake.insert(
                    StoredActivity(
                        id: Int64(index + 1), date: WallTime(seconds: 0), campaign: campaign, contact: activity.contact,
                        type: store.names.number(of: activity.type)))
            }
        }
        try store.finishFill()
        return store
    }

    @Test("counts a contact once for both kinds of web versions, and once in each other type")
    func uniques() throws {
        let store = try Self.store([
            ("emailWebVersion", 1), ("emailPublicWebVersion", 1), ("emailPublicWebVersion", 2), ("emailWebVersion", 1), ("emailOpened", 1),
            ("emailOpened", 1), ("emailOpened", 2), ("emailSomethingNew", 3), ("onSite", 4), ("emailOpened", 9),
        ])
        let service = Service(store, ServiceRules())
        let text = try service.answer(.activitiesSummary, Query(campaignID: 1), now: WallTime(seconds: 0)).text
        #expect(text == """
            {"opens":3,"opens_unique":2,"clicks":0,"clicks_unique":0,"sent":0,"undelivered":0,"bounces":0,"bounces_unique":0,\
            "webversions_unique":2,"unsubscribes":0,"unsubscribes_unique":0,"report_spam":0,"report_spam_unique":0,\
            "onsite":1,"onsite_unique":1}
            """)
    }

    @Test("has rows of the future in it, as pages have")
    func future() throws {
        let service = Service(try Self.store([("emailOpened", 1), ("emailOpened", 2)]), ServiceRules())
        let long = WallTime(seconds: -1_000_000_000)
        #expect(try Row.rows(of: service.answer(.activities, Query(), now: long).text).count == 2)
        #expect(try Row.object(of: service.answer(.activitiesSummary, Query(campaignID: 1), now: long).text).integer("opens") == 1)
    }

    @Test("and rows may be without a text or a contact that is known")
    func bareRows() throws {
        let store = try Store()
        let odd = TextBuilder("\u{1}\n\"\\/\t\r\u{7f}ש")
        try store.write { () throws(InwiseError) in
            try store.intake.insert(StoredActivity(id: 1, date: WallTime(seconds: 0), campaign: 1, contact: 5, type: 77))
            try store.intake.insert(
                StoredMail(
                    id: -5, date: WallTime(seconds: 0), campaign: 1, contact: 5, transactionID: odd, messageSize: 1, source: 77, email: odd,
                    externalID: nil))
        }
        try store.finishFill()
        let service = Service(store, ServiceRules())
        #expect(try service.answer(.activities, Query(), now: WallTime(seconds: 0)).text == """
            [{"id":1,"action_date":"1970-01-01 00:00:00","contact_id":5,"campaign_id":1,"ip":null,"action_type":null}]
            """)
        #expect(try service.answer(.sentEmails, Query(), now: WallTime(seconds: 0)).text == """
            [{"row_index":-5,"transaction_id":"\\u0001\\n\\"\\\\/\\t\\r\u{7f}ש","contact_id":5,"campaign_id":1,\
            "date_sent":"1970-01-01 00:00:00","email":"\\u0001\\n\\"\\\\/\\t\\r\u{7f}ש","message_size":1,"sending_source":null}]
            """)
    }
}
