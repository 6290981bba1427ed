// SPDX-License-Identifier: MIT

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
