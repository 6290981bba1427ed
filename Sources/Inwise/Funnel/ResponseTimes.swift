// SPDX-License-Identifier: MIT

/// How long contacts took from their mail to something that they did, in seconds.
struct ResponseTimes {
    private var seconds: [UInt32] = []

    private static let quantiles: [(name: String, percent: Int)] = [
        ("p10", 10), ("p25", 25), ("p50", 50), ("p75", 75), ("p90", 90),
    ]

    mutating func add(_ contacts: [UInt32]) { seconds += contacts }

    /// How many contacts there are, and quantiles by nearest rank: the shortest time within which that share of them did it;
    /// null without contacts.
    var json: JSON {
        guard !seconds.isEmpty else { return .null }
        let sorted = seconds.sorted()
        var members: [(name: String, value: JSON)] = [("contacts", .integer(Int64(sorted.count)))]
        for (name, percent) in Self.quantiles {
            let rank = (sorted.count * percent + 99) / 100
            members.append((name, .integer(Int64(sorted[rank - 1]))))
        }
        return .object(members)
    }
}

/// For each contact the earliest time that is noted; used again for other lists, and then empty.
struct EarliestTimes: ~Copyable {
    private var times: [UInt32]

    init(contacts: Int) { times = Array(repeating: EventTime.unknown, count: contacts) }

    /// Notes the events that lie in the window and name a contact and a time.
    mutating func note(_ list: borrowing EventList, _ window: ClosedRange<UInt32>) {
        for event in list.events where event.contact != IDIndex.none && window.contains(event.time) {
            let known = times[Int(event.contact)]
            if known == EventTime.unknown || (event.time != EventTime.unknown && event.time < known) {
                times[Int(event.contact)] = event.time
            }
        }
    }

    func time(of contact: UInt32) -> UInt32 { times[Int(contact)] }

    /// The contact's time, which is then noted no more.
    mutating func take(_ contact: UInt32) -> UInt32 {
        let time = times[Int(contact)]
        times[Int(contact)] = EventTime.unknown
        return time
    }

    /// Forgets what `note` noted of the list.
    mutating func forget(_ list: borrowing EventList) {
        for event in list.events where event.contact != IDIndex.none { times[Int(event.contact)] = EventTime.unknown }
    }
}
