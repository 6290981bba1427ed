// SPDX-License-Identifier: MIT

/// A campaign's funnel, counted from its rows whenever it is asked for.
struct CampaignSummary {
    private var sent: Int64 = 0
    private var undelivered: Int64 = 0
    private var counts: [String: (rows: Int64, contacts: Int64)] = [:]
    /// Contacts that opened either kind of web version.
    private var webVersionContacts: Int64 = 0

    private static let webVersions = ["emailWebVersion", "emailPublicWebVersion"]

    init(of campaign: Int64, in store: Store) throws(InwiseError) {
        func count(_ sql: String, _ more: [Int64] = []) throws(InwiseError) -> Int64 {
            let select = try store.statement(sql)
            try select.bind(([campaign] + more).map { .integer($0) })
            return try select.firstInteger() ?? 0
        }
        sent = try count("SELECT count(*) FROM sent WHERE campaign = ?")
        undelivered = try count("SELECT count(*) FROM undelivered WHERE campaign = ?")
        let types = try store.statement(
            "SELECT type, count(*), count(DISTINCT contact) FROM activities WHERE campaign = ? GROUP BY type")
        try types.bind(1, campaign)
        defer { types.reset() }
        while try types.step() {
            guard let name = store.text(ofName: types.integer(0)) else { continue }
            counts[name.string] = (types.integer(1), types.integer(2))
        }
        webVersionContacts = try count(
            "SELECT count(DISTINCT contact) FROM activities WHERE campaign = ? AND type IN (?, ?)",
            Self.webVersions.map { store.existingName($0) ?? 0 })
    }

    /// The 15 integers in the vendor's order.
    func text() throws(InwiseError) -> ByteBuffer {
        func rows(_ type: String) -> JSON { .integer(counts[type]?.rows ?? 0) }
        func contacts(_ type: String) -> JSON { .integer(counts[type]?.contacts ?? 0) }
        let fields: [(name: String, value: JSON)] = [
            ("opens", rows("emailOpened")), ("opens_unique", contacts("emailOpened")),
            ("clicks", rows("emailClicked")), ("clicks_unique", contacts("emailClicked")),
            ("sent", .integer(sent)), ("undelivered", .integer(undelivered)),
            ("bounces", rows("emailBounced")), ("bounces_unique", contacts("emailBounced")),
            ("webversions_unique", .integer(webVersionContacts)),
            ("unsubscribes", rows("emailUnsubscribed")), ("unsubscribes_unique", contacts("emailUnsubscribed")),
            ("report_spam", rows("emailReportSpam")), ("report_spam_unique", contacts("emailReportSpam")),
            ("onsite", rows("onSite")), ("onsite_unique", contacts("onSite")),
        ]
        let output = ByteBuffer()
        try output.append(JSON.object(fields).text)
        return output
    }
}
