// SPDX-License-Identifier: MIT

/// The sums of some rows, and the summary that they make.
struct FunnelTotals {
    /// Rows.
    var sent: Int64 = 0
    var undelivered: Int64 = 0
    /// Activities, and contacts among them, by `ActionTypes` slot.
    var counts: [Int64]
    var uniques: [Int64]
    /// Seconds from a contact's mail to its first open and its first click.
    var timesToOpen = ResponseTimes()
    var timesToClick = ResponseTimes()

    init(slots: Int) {
        counts = Array(repeating: 0, count: slots)
        uniques = counts
    }

    mutating func add(_ stream: Stream, count: Int64, unique: Int64) {
        switch stream {
        case .sent: sent &+= count
        case .undelivered: undelivered &+= count
        case .activities(let slot):
            counts[Int(slot)] &+= count
            uniques[Int(slot)] &+= unique
        }
    }

    /// The 15 fields of the service in its order, then `types` and `rates`.
    func members(_ types: borrowing ActionTypes) -> [(name: String, value: JSON)] {
        func count(_ slot: UInt32) -> JSON { .integer(counts[Int(slot)]) }
        func unique(_ slot: UInt32) -> JSON { .integer(uniques[Int(slot)]) }
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
            ("types", others(types)), ("rates", rates),
        ]
    }

    /// The types without a field that occur, by their names' bytes.
    private func others(_ types: borrowing ActionTypes) -> JSON {
        var occurring: [(name: [UInt8], slot: Int)] = []
        for slot in ActionTypes.firstOther..<UInt32(types.slots) where counts[Int(slot)] != 0 {
            occurring.append((types.name(of: slot), Int(slot)))
        }
        occurring.sort { $0.name.lexicographicallyPrecedes($1.name) }
        return .object(
            occurring.map { type in
                let both: [(name: String, value: JSON)] = [
                    ("count", .integer(counts[type.slot])), ("unique", .integer(uniques[type.slot])),
                ]
                return (String(decoding: type.name, as: UTF8.self), .object(both))
            })
    }

    private var rates: JSON {
        let delivered = sent &- uniques[Int(ActionTypes.bounces)]
        func rate(_ part: Int64, of whole: Int64) -> JSON { whole > 0 ? .real(Double(part) / Double(whole)) : .null }
        func rate(_ slot: UInt32, of whole: Int64) -> JSON { rate(uniques[Int(slot)], of: whole) }
        return .object([
            // Without sent rows nothing is known of deliveries.
            ("delivered", sent > 0 ? .integer(delivered) : .null),
            ("open_rate", rate(ActionTypes.opens, of: delivered)),
            ("click_rate", rate(ActionTypes.clicks, of: delivered)),
            ("click_to_open_rate", rate(ActionTypes.clicks, of: uniques[Int(ActionTypes.opens)])),
            ("bounce_rate", rate(ActionTypes.bounces, of: sent)),
            ("unsubscribe_rate", rate(ActionTypes.unsubscribes, of: delivered)),
            ("spam_rate", rate(ActionTypes.reportSpam, of: delivered)),
        ])
    }
}
