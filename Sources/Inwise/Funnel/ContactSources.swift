// SPDX-License-Identifier: MIT

/// The source of the first mail that each contact got in a campaign; of two of the same second that with the lesser name.
struct ContactSources: ~Copyable {
    private var firsts: [(source: UInt32, time: UInt32)]
    private static let nothing = (source: NameTable.none, time: EventTime.unknown)

    init(contacts: Int) { firsts = Array(repeating: Self.nothing, count: contacts) }

    func source(of contact: UInt32) -> UInt32 { contact < firsts.count ? firsts[Int(contact)].source : NameTable.none }

    /// Notes a campaign's mails.
    mutating func note(_ lists: [Int], of store: borrowing EventStore) {
        for list in lists {
            guard case .sent(let source) = store.lists.keys[list].stream, source != NameTable.none else { continue }
            let name = store.sources.name(of: source)
            for event in store.lists[list].events where event.contact != IDIndex.none {
                let known = firsts[Int(event.contact)]
                // An unknown time is later than any known one.
                let (time, knownTime) = (event.time &- 1, known.time &- 1)
                let isFirst = known.source == NameTable.none || time < knownTime
                    || (time == knownTime && name.lexicographicallyPrecedes(store.sources.name(of: known.source)))
                if isFirst { firsts[Int(event.contact)] = (source, event.time) }
            }
        }
    }

    mutating func forget(_ lists: [Int], of store: borrowing EventStore) {
        for list in lists {
            guard case .sent = store.lists.keys[list].stream else { continue }
            for event in store.lists[list].events where event.contact != IDIndex.none { firsts[Int(event.contact)] = Self.nothing }
        }
    }
}
