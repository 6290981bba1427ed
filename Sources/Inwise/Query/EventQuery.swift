// SPDX-License-Identifier: MIT

/// Which events of webhooks are asked for; of all parts each narrows the answer.
public struct EventQuery: Sendable {
    /// Of one campaign.
    public var campaignID: Int64?
    /// Of one contact, by the service's id.
    public var contactID: Int64?
    /// `YYYY-MM-DD`, the whole day, or `YYYY-MM-DD HH:MM:SS`: what happened from then on; part of the range, as is `dateTo`.
    public var dateFrom: String?
    /// The end of the range, as ``dateFrom``.
    public var dateTo: String?
    /// `emailClicked`, `smsSent`, … in the service's spelling.
    public var triggerType: String?
    /// Events behind the one with this id.
    public var after: Int64?
    /// 1 to 1,000.
    public var pageSize: Int?

    /// Asks for everything, or for what is named.
    public init(
        campaignID: Int64? = nil, contactID: Int64? = nil, dateFrom: String? = nil, dateTo: String? = nil, triggerType: String? = nil,
        after: Int64? = nil, pageSize: Int? = nil
    ) {
        self.campaignID = campaignID
        self.contactID = contactID
        self.dateFrom = dateFrom
        self.dateTo = dateTo
        self.triggerType = triggerType
        self.after = after
        self.pageSize = pageSize
    }

    /// The name by which a cursor walks them.
    package static let method = "webhookEvents"

    /// Reads a query object.
    package init(parsing text: UnsafePointer<CChar>?) throws(InwiseError) {
        var reader = OptionReader(try JSON.object(parsing: text, as: "query"), as: "query of \(Self.method)")
        let anyID = Int64.min...Int64.max
        campaignID = try reader.integer("campaign_id", in: anyID)
        contactID = try reader.integer("contact_id", in: anyID)
        dateFrom = try reader.string("date_from")
        dateTo = try reader.string("date_to")
        pageSize = try reader.integer("page_size", in: 1...1000).map(Int.init)
        triggerType = try reader.string("trigger_type")
        after = try reader.integer("after", in: 0...Int64.max)
        try reader.finish()
        try check()
    }

    /// What holds for every query, whether it came as JSON or from Swift.
    func check() throws(InwiseError) {
        var query = Query(dateFrom: dateFrom, dateTo: dateTo, pageSize: pageSize)
        query.campaignID = campaignID
        try query.check(for: .activities)
        if let triggerType, triggerType.isEmpty {
            throw .argument("trigger_type", "\"trigger_type\" must not be empty; leave it out for all types.")
        }
    }
}
