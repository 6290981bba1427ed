// SPDX-License-Identifier: MIT

/// What is asked of a funnel: which rows count, and how they are grouped.
public struct FunnelQuery: Sendable {
    /// What rows can be grouped by.
    public enum Group: String, Sendable, CaseIterable {
        /// The campaign's id.
        case campaign
        /// The day that a row is dated.
        case day
        /// The hour that a row is dated.
        case hour
        /// Of the mail that the contact got in the campaign: as its sent row says.
        case sendingSource = "sending_source"
        /// Of the contact's e-mail address, as sent and undelivered rows say.
        case domain
    }

    /// One campaign; nil for all of them together, and rows that name none.
    public var campaignID: Int64?
    /// What the summary is to be told for each of; nil for all rows together alone.
    public var groupBy: Group?
    /// `YYYY-MM-DD`, the whole day, or `YYYY-MM-DD HH:MM:SS`; part of the range, as is `dateTo`. With either, rows without
    /// a date don't count.
    public var dateFrom: String?
    /// The end of the range, as ``dateFrom``.
    public var dateTo: String?

    /// Asks of all rows, or of those that are named.
    public init(campaignID: Int64? = nil, groupBy: Group? = nil, dateFrom: String? = nil, dateTo: String? = nil) {
        self.campaignID = campaignID
        self.groupBy = groupBy
        self.dateFrom = dateFrom
        self.dateTo = dateTo
    }

    package init(parsing text: UnsafePointer<CChar>?) throws(InwiseError) {
        var reader = OptionReader(try JSON.object(parsing: text, as: "query"), as: "query")
        campaignID = try reader.integer("campaign_id", in: Int64.min...Int64.max)
        if let name = try reader.string("group_by") {
            guard let group = Group(rawValue: name) else {
                let names = Group.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw .argument("group_by", "\"group_by\" must be one of \(names), not \"\(name.prefix(40))\".")
            }
            groupBy = group
        }
        dateFrom = try reader.string("date_from")
        dateTo = try reader.string("date_to")
        try reader.finish()
        _ = try window()
    }

    /// The seconds that count, as `EventTime` has them; `EventTime.unknown` is among them only where no date is named. Nil if
    /// nothing can have a time in the range.
    func window() throws(InwiseError) -> ClosedRange<UInt32>? {
        let from = try Query.date(dateFrom, "date_from")
        let to = try Query.date(dateTo, "date_to")
        guard from != nil || to != nil else { return EventTime.unknown...UInt32.max }
        let first = from.map { WallTime(first: $0).seconds } ?? Int64.min
        let last = to.map { WallTime(last: $0).seconds } ?? Int64.max
        guard first <= last else { throw .argument("date_from", "\"date_from\" lies after \"date_to\".") }
        let known = (Int64(EventTime.unknown) + 1)...Int64(UInt32.max)
        guard known.overlaps(first...last) else { return nil }
        return UInt32(clamping: max(first, known.lowerBound))...UInt32(clamping: last)
    }
}
