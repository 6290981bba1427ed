// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Rows that webhooks told of") struct ProvisionalRowsTests {
    private let folder = TemporaryFolder()

    @Test("are counted apart in a time that grows as they do, whether their kind has indexes or not", arguments: RowKind.allCases, [false, true])
    func work(_ kind: RowKind, _ isSealed: Bool) throws {
        let store = Store(try MirrorFile.open(folder["m.db"], readOnly: false))
        if isSealed { try store.write { () throws(InwiseError) in try store.seal(kind) } }
        let type = switch kind {
        case .sentEmails: "emailSent"
        case .undelivered: "undelivered"
        case .activities: "emailOpened"
        }
        let contacts = 8_000
        try store.write { () throws(InwiseError) in
            for contact in 0..<contacts {
                let body = Array("timeStamp=2024-09-20 11:00:00&trigger_type=\(type)&campaign_id=1&contact[id]=\(contact)".utf8)
                let outcome = body.withUnsafeBytes { bytes in
                    Result { () throws(InwiseError) in try WebhookEvents(store).add(Webhook(bytes), received: WallTime(seconds: 0)) }
                }
                _ = try outcome.get()
            }
        }
        // Each time stands for 20,000 steps of SQLite's. Looking through all rows for each of them took 3,000 times and more.
        var times = 0
        store.database.stop = {
            times += 1
            return nil
        }
        let counts = try ProvisionalRows(store).counts(of: 1)
        store.database.stop = nil
        #expect(counts.values.map(\.rows) == [Int64(contacts)] && counts.values.map(\.contacts) == [Int64(contacts)])
        #expect(times < 100)
    }
}
