// SPDX-License-Identifier: MIT

/// Counts made of rows: a campaign's funnel, exact, in any number of parts that merge. Not thread-safe: it has one owner.
///
/// - `sent` and `undelivered` count rows, `X` counts activities of a type, `X_unique` distinct contacts among them.
///   A row without an integer `contact_id` counts in `X` but, being nobody's, not in `X_unique`.
/// - A contact counts once per campaign. Rows without an integer `campaign_id` are a campaign of their own, which no
///   id names: they count in the summary of all campaigns only.
/// - `webversions_unique` are the contacts of `emailWebVersion` and `emailPublicWebVersion` together.
/// - An activity whose `action_type` is missing or no text counts as the type with the empty name.
package final class Funnel {
    private var types = ActionTypes()
    private var indexOfCampaign: [Int64: Int] = [:]
    private var campaigns: [CampaignCounts] = []
    /// What the rows without a campaign add up to.
    private let unattributed = CampaignCounts()
    /// All rows ever added; no count is larger, so that only this one can overflow.
    private var rows: Int64 = 0

    package init() {}

    // MARK: - Adding

    /// Adds a JSON array of rows, all of them or, on an error, none.
    ///
    /// The same row added twice counts twice: each page once is what a cursor is for. Throws `.protocol` for what is no
    /// array of rows, with the byte at which it is wrong; `.memory`; `.argument` beyond 2^63 - 1 rows.
    ///
    /// - Parameter bytes: need not end with NUL, and is not kept.
    package func add(_ kind: RowKind, _ bytes: UnsafeRawBufferPointer) throws(InwiseError) {
        var columns = RowColumns()
        do {
            try RowScanner.scan(bytes, as: kind, into: &columns)
        } catch {
            throw error.error(in: .rows)
        }
        let sum = try Self.sum(rows, Int64(columns.count))
        count(kind, columns, in: bytes)
        rows = sum
    }

    private func count(_ kind: RowKind, _ columns: borrowing RowColumns, in text: UnsafeRawBufferPointer) {
        // Neighbours are mostly of one campaign and often of one type.
        var campaign = unattributed
        var campaignID: Int64?
        var slot = ActionTypes.opens
        var type = RowColumns.Place.none
        for row in 0..<columns.count {
            let presence = columns.presence[row]
            let id = presence.contains(.campaignID) ? columns.campaignIDs[row] : nil
            if id != campaignID {
                campaignID = id
                campaign = counts(of: id)
            }
            switch kind {
            case .sentEmails: campaign.addSent()
            case .undelivered: campaign.addUndelivered()
            case .activities:
                let next = columns.actionTypes[row]
                if row == 0 || !Self.isSame(next, type, in: text) {
                    type = next
                    slot = self.slot(of: next, hasEscapes: presence.contains(.actionTypeEscapes), in: text)
                }
                campaign.addActivity(slot: slot, contact: presence.contains(.contactID) ? columns.contactIDs[row] : nil)
            }
        }
    }

    private static func isSame(_ left: RowColumns.Place, _ right: RowColumns.Place, in text: UnsafeRawBufferPointer) -> Bool {
        left.length == right.length && bytes(left, in: text).elementsEqual(bytes(right, in: text))
    }

    private static func bytes(_ place: RowColumns.Place, in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[Int(place.start)..<(Int(place.start) + Int(place.length))])
    }

    private func slot(of type: RowColumns.Place, hasEscapes: Bool, in text: UnsafeRawBufferPointer) -> Int {
        let bytes = Self.bytes(type, in: text)
        guard hasEscapes else { return types.slot(of: bytes) }
        var plain = [UInt8](repeating: 0, count: bytes.count)
        return plain.withUnsafeMutableBytes { room in
            let count = Unescaped.write(bytes, into: room) ?? 0
            return types.slot(of: UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    private func counts(of campaign: Int64?) -> CampaignCounts {
        guard let campaign else { return unattributed }
        if let index = indexOfCampaign[campaign] { return campaigns[index] }
        let counts = CampaignCounts()
        indexOfCampaign[campaign] = campaigns.count
        campaigns.append(counts)
        return counts
    }

    // MARK: - Merging

    /// Adds all that the other funnel counted, which stays as it was: the result equals adding both sets of rows to one.
    ///
    /// Order and grouping of merges make no difference. With itself, rows count twice and contacts don't. Throws
    /// `.argument` if there were more than 2^63 - 1 rows; then nothing has changed.
    package func merge(_ other: Funnel) throws(InwiseError) {
        rows = try Self.sum(rows, other.rows)
        guard other !== self else {
            unattributed.double()
            for campaign in campaigns { campaign.double() }
            return
        }
        var slots = Array(0..<ActionTypes.firstOther)
        for slot in ActionTypes.firstOther..<other.types.slots {
            slots.append(other.types.name(of: slot).withUnsafeBytes { types.slot(of: $0) })
        }
        unattributed.merge(other.unattributed, slots: slots)
        for (id, index) in other.indexOfCampaign { counts(of: id).merge(other.campaigns[index], slots: slots) }
    }

    private static func sum(_ rows: Int64, _ more: Int64) throws(InwiseError) -> Int64 {
        let (sum, overflow) = rows.addingReportingOverflow(more)
        guard !overflow else {
            throw .argument(nil, "A funnel can't count more than \(Int64.max) rows. Close it and begin a new one; merging a funnel with itself doubles its rows.")
        }
        return sum
    }

    // MARK: - Summary

    /// The funnel so far, as `inwise_funnel_summary` describes it: the 15 fields of the service's summary in its order,
    /// then `types` (sorted by name, those that occur) and `rates`.
    ///
    /// - Parameter campaignID: one campaign, which may be one without rows; nil for the sum of all, those rows included
    ///   that name no campaign.
    package func summary(campaignID: Int64? = nil) -> JSON {
        var totals = FunnelTotals(slots: types.slots)
        if let campaignID {
            if let index = indexOfCampaign[campaignID] { campaigns[index].add(to: &totals) }
        } else {
            unattributed.add(to: &totals)
            for campaign in campaigns { campaign.add(to: &totals) }
        }
        return totals.summary(types)
    }
}
