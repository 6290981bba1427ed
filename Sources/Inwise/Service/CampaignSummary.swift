// SPDX-License-Identifier: MIT

/// A campaign's funnel, as it is kept while rows come in: it costs the same for ten rows as for ten million.
struct CampaignSummary: Equatable {
    private(set) var counts = FunnelCounts()

    /// - Parameter confirmed: whether to leave out what only webhooks have told of.
    init(of campaign: Int64, in store: Store, confirmed: Bool = false) throws(InwiseError) {
        let provisional = confirmed ? try ProvisionalRows(store).counts(of: campaign) : [:]
        let select = try store.statement("SELECT type, rows, contacts FROM streams WHERE campaign = ?1")
        try select.bind(1, campaign)
        defer { select.reset() }
        while try select.step() {
            let less = provisional[select.integer(0)] ?? (0, 0)
            let (rows, contacts) = (select.integer(1) - less.rows, select.integer(2) - less.contacts)
            switch select.integer(0) {
            case StreamType.sent: counts.sent = rows
            case StreamType.undelivered: counts.undelivered = rows
            case StreamType.webVersions: counts.webversionsUnique = contacts
            case let type:
                guard let name = try store.names.text(of: type)?.string else { continue }
                add(name, rows: rows, contacts: contacts)
            }
        }
    }

    private mutating func add(_ type: String, rows: Int64, contacts: Int64) {
        switch type {
        case "emailOpened": (counts.opens, counts.opensUnique) = (rows, contacts)
        case "emailClicked": (counts.clicks, counts.clicksUnique) = (rows, contacts)
        case "emailBounced": (counts.bounces, counts.bouncesUnique) = (rows, contacts)
        case "emailUnsubscribed": (counts.unsubscribes, counts.unsubscribesUnique) = (rows, contacts)
        case "emailReportSpam": (counts.reportSpam, counts.reportSpamUnique) = (rows, contacts)
        case "onSite": (counts.onsite, counts.onsiteUnique) = (rows, contacts)
        default: break
        }
    }

    /// The 15 integers in the vendor's order.
    var json: JSON {
        .object(FunnelCounts.fields.map { ($0.name, .integer(counts[keyPath: $0.path])) })
    }

    func text() throws(InwiseError) -> ByteBuffer {
        let output = ByteBuffer()
        try output.append(json.text)
        return output
    }
}
