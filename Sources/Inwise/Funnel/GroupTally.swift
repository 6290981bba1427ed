// SPDX-License-Identifier: MIT

/// Counts of one list by group; groups have dense numbers, or `NameTable.none`.
struct GroupTally: ~Copyable {
    /// `none` is the last.
    private var counts: [(count: Int64, unique: Int64)]
    private var touched: [Int] = []

    init(groups: Int) { counts = Array(repeating: (0, 0), count: groups + 1) }

    @inline(__always)
    mutating func add(_ count: Int64, _ unique: Int64, to group: UInt32) {
        let place = min(Int(group), counts.count - 1)
        if counts[place].count == 0 { touched.append(place) }
        counts[place].count &+= count
        counts[place].unique &+= unique
    }

    /// What was added since the last call, by group.
    mutating func takeAll() -> [(group: UInt32, count: Int64, unique: Int64)] {
        let taken = touched.map { place in
            (group: place == counts.count - 1 ? NameTable.none : UInt32(place), count: counts[place].count, unique: counts[place].unique)
        }
        for place in touched { counts[place] = (0, 0) }
        touched.removeAll(keepingCapacity: true)
        return taken
    }
}

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
