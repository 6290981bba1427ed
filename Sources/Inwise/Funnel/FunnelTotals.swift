// SPDX-License-Identifier: MIT

/// The sums of some rows, and the summary that they make.
struct FunnelTotals {
    /// Rows.
    var sent: Int64 = 0
    var undelivered: Int64 = 0
    /// Activities, and contacts among them, by `ActionTypes` slot: those that have a field, and the others that occur. There may
    /// be as many types as groups, so no group has room for all of them.
    private var known = [(count: Int64, unique: Int64)](repeating: (0, 0), count: Int(ActionTypes.firstOther))
    private var others: [UInt32: (count: Int64, unique: Int64)] = [:]
    /// Seconds from a contact's mail to its first open and its first click.
    var timesToOpen = ResponseTimes()
    var timesToClick = ResponseTimes()

    mutating func add(_ stream: Stream, count: Int64, unique: Int64) {
        switch stream {
        case .sent: sent &+= count
        case .undelivered: undelivered &+= count
        case .activities(let slot) where slot < ActionTypes.firstOther:
            known[Int(slot)].count &+= count
            known[Int(slot)].unique &+= unique
        case .activities(let slot):
            others[slot, default: (0, 0)].count &+= count
            others[slot, default: (0, 0)].unique &+= unique
        }
    }

    /// The 15 fields of the service in its order, then `types` and `rates`.
    func members(_ types: borrowing ActionTypes) -> [(name: String, value: JSON)] {
        func count(_ slot: UInt32) -> JSON { .integer(known[Int(slot)].count) }
        func unique(_ slot: UInt32) -> JSON { .integer(known[Int(slot)].unique) }
        return [
            ("opens", count(ActionTypes.opens)), ("opens_unique", unique(ActionTypes.opens)),
            ("clicks", count(ActionTypes.clicks)), ("clicks_unique", unique(ActionTypes.clicks)),
            ("sent", .integer(sent)), ("undelivered", .integer(undelivered)),
            ("bounces", count(ActionTypes.bounces)), ("bounces_unique", unique(ActionTypes.bounces)),
            ("webversions_unique", unique(ActionTypes.webVersions)),
            ("unsubscribes", count(ActionTypes.unsubscribes)),
            ("unsubscribes_unique", unique(ActionTypes.unsubscribes)),
            ("report_spam", count(ActionTypes.reportSpam)), ("report_spam_unique", unique(ActionTypes.reportSpam)),
            ("onsite", count(ActionTypes.onSite)), ("onsite_unique", unique(ActionTypes.onSite)),
            ("types", otherTypes(types)), ("rates", rates),
        ]
    }

    /// The types without a field that occur, by their names' bytes.
    private func otherTypes(_ types: borrowing ActionTypes) -> JSON {
        let sorted = others.map { (name: types.name(of: $0.key), counts: $0.value) }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        return .object(
            sorted.map { type in
                let both: [(name: String, value: JSON)] = [("count", .integer(type.counts.count)), ("unique", .integer(type.counts.unique))]
                return (String(decoding: type.name, as: UTF8.self), .object(both))
            })
    }

    private var rates: JSON {
        let delivered = sent &- known[Int(ActionTypes.bounces)].unique
        func rate(_ part: Int64, of whole: Int64) -> JSON { whole > 0 ? .real(Double(part) / Double(whole)) : .null }
        func rate(_ slot: UInt32, of whole: Int64) -> JSON { rate(known[Int(slot)].unique, of: whole) }
        return .object([
            // Without sent rows nothing is known of deliveries.
            ("delivered", sent > 0 ? .integer(delivered) : .null),
            ("open_rate", rate(ActionTypes.opens, of: delivered)),
            ("click_rate", rate(ActionTypes.clicks, of: delivered)),
            ("click_to_open_rate", rate(ActionTypes.clicks, of: known[Int(ActionTypes.opens)].unique)),
            ("bounce_rate", rate(ActionTypes.bounces, of: sent)),
            ("unsubscribe_rate", rate(ActionTypes.unsubscribes, of: delivered)),
            ("spam_rate", rate(ActionTypes.reportSpam, of: delivered)),
        ])
    }
}
