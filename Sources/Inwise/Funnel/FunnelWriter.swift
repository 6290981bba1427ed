// SPDX-License-Identifier: MIT

/// Writes the body of a `FunnelFile`. What is sorted there has other numbers than in the store: `…There` has them.
enum FunnelWriter {
    static func write(_ store: borrowing EventStore, to body: ByteBuffer) throws(InwiseError) {
        let slotsThere = try write(names: otherTypes(of: store), to: body)
        var names: [[UInt8]] = []
        for number in 0..<UInt32(store.sources.count) { names.append(store.sources.name(of: number)) }
        let sourcesThere = try write(names: names, to: body)
        names = []
        for number in 0..<UInt32(store.domains.names.count) { names.append(store.domains.names.name(of: number)) }
        let domainsThere = try write(names: names, to: body)

        let contactsThere = try write(ids: store.contacts, to: body)
        try write(domainsOf: store, contactsThere, domainsThere, to: body)
        let campaignsThere = try write(ids: store.campaigns, to: body)
        try write(lists: store, contactsThere, campaignsThere, sourcesThere, slotsThere, to: body)
    }

    // MARK: - Tables

    private static func otherTypes(of store: borrowing EventStore) -> [[UInt8]] {
        var names: [[UInt8]] = []
        for slot in ActionTypes.firstOther..<UInt32(store.types.slots) { names.append(store.types.name(of: slot)) }
        return names
    }

    /// - Returns: by their numbers here, the numbers there.
    private static func write(names: [[UInt8]], to body: ByteBuffer) throws(InwiseError) -> [UInt32] {
        let order = names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
        try body.append(varint: UInt64(names.count))
        for number in order {
            try body.append(varint: UInt64(names[number].count))
            for byte in names[number] { try body.append(byte) }
        }
        return inverse(of: order)
    }

    /// Ascending, each as its distance from the one before, the first from the lowest that there is.
    private static func write(ids: borrowing IDIndex, to body: ByteBuffer) throws(InwiseError) -> [UInt32] {
        var all: [Int64] = []
        all.reserveCapacity(ids.count)
        for number in 0..<UInt32(ids.count) { all.append(ids.id(of: number)) }
        let order = all.indices.sorted { all[$0] < all[$1] }
        try body.append(varint: UInt64(all.count))
        var previous = UInt64(0)
        for number in order {
            let id = unsigned(all[number])
            try body.append(varint: id &- previous)
            previous = id
        }
        return inverse(of: order)
    }

    /// The id's distance from the lowest integer.
    static func unsigned(_ id: Int64) -> UInt64 { UInt64(bitPattern: id) ^ 1 << 63 }

    private static func inverse(of order: [Int]) -> [UInt32] {
        var inverse = [UInt32](repeating: 0, count: order.count)
        for (there, here) in order.enumerated() { inverse[here] = UInt32(truncatingIfNeeded: there) }
        return inverse
    }

    /// For each contact there, 0 or the domain's number and 1, then when it was seen.
    private static func write(
        domainsOf store: borrowing EventStore, _ contactsThere: [UInt32], _ domainsThere: [UInt32], to body: ByteBuffer
    ) throws(InwiseError) {
        guard !domainsThere.isEmpty else { return }
        var contactsHere = [UInt32](repeating: 0, count: contactsThere.count)
        for (here, there) in contactsThere.enumerated() { contactsHere[Int(there)] = UInt32(truncatingIfNeeded: here) }
        for contact in contactsHere {
            let domain = store.domains.domain(of: contact)
            guard domain != NameTable.none else {
                try body.append(varint: 0)
                continue
            }
            try body.append(varint: UInt64(domainsThere[Int(domain)]) + 1)
            try body.append(varint: UInt64(store.domains.time(of: contact)))
        }
    }

    // MARK: - Lists

    private static func write(
        lists store: borrowing EventStore, _ contactsThere: [UInt32], _ campaignsThere: [UInt32], _ sourcesThere: [UInt32],
        _ slotsThere: [UInt32], to body: ByteBuffer
    ) throws(InwiseError) {
        // Campaign and stream there, 0 being none, and the list's number here.
        var order: [(campaign: UInt64, stream: UInt64, list: Int)] = []
        for (list, key) in store.lists.keys.enumerated() {
            let campaign = key.campaign == IDIndex.none ? 0 : UInt64(campaignsThere[Int(key.campaign)]) + 1
            let stream: Stream =
                switch key.stream {
                case .sent(let source) where source != NameTable.none: .sent(source: sourcesThere[Int(source)])
                case .activities(let slot) where slot >= ActionTypes.firstOther:
                    .activities(slot: slotsThere[Int(slot - ActionTypes.firstOther)] + ActionTypes.firstOther)
                default: key.stream
                }
            order.append((campaign, EventLists.place(of: stream), list))
        }
        order.sort { ($0.campaign, $0.stream) < ($1.campaign, $1.stream) }
        try body.append(varint: UInt64(order.count))
        for (campaign, stream, list) in order {
            try body.append(varint: campaign)
            try body.append(varint: stream)
            try write(store.lists[list], contactsThere, to: body)
        }
    }

    /// Contacts and times ascend; each contact is written as its distance from the one before, 0 for the same, and a time
    /// of the same contact likewise. Nobody is the last contact.
    private static func write(
        _ list: borrowing EventList, _ contactsThere: [UInt32], to body: ByteBuffer
    ) throws(InwiseError) {
        var sorted = EventList()
        sorted.append(list, contacts: contactsThere)
        sorted.compact()
        let nobody = UInt32(truncatingIfNeeded: contactsThere.count)
        try body.append(varint: UInt64(sorted.events.count))
        var previous = Event(contact: 0, time: 0)
        for event in sorted.events {
            let contact = min(event.contact, nobody)
            try body.append(varint: UInt64(contact - previous.contact))
            try body.append(varint: UInt64(event.time - (contact == previous.contact ? previous.time : 0)))
            previous = Event(contact: contact, time: event.time)
        }
        try body.append(varint: UInt64(sorted.repeats.count))
        var (position, before) = (0, 0)
        for again in sorted.repeats {
            while sorted.events[position] != again.event { position += 1 }
            try body.append(varint: UInt64(position - before))
            try body.append(varint: UInt64(again.more))
            before = position
        }
    }
}
