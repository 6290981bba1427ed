// SPDX-License-Identifier: MIT

/// Reads the body of a `FunnelFile`. Every count is held against the bytes that are left, every number against its table, every
/// order against what `FunnelWriter` writes; the first thing that is otherwise ends it.
struct FunnelReader: ~Copyable {
    private var reader: ByteReader
    private var store = EventStore()
    /// All rows, which must stay within 64 bits.
    private var rows: Int64 = 0

    /// Nil for what is no body.
    static func store(from body: UnsafeRawBufferPointer) -> EventStore? {
        var reading = FunnelReader(reader: ByteReader(body))
        guard reading.readTables(), reading.readLists(), reading.reader.remaining == 0 else { return nil }
        return reading.store
    }

    private init(reader: consuming ByteReader) { self.reader = reader }

    // MARK: - Tables

    private mutating func readTables() -> Bool {
        guard let types = names(), let sources = names(), let domains = names() else { return false }
        for (number, name) in types.enumerated() {
            guard store.addType(name) == ActionTypes.firstOther + UInt32(number) else { return false }
        }
        for name in sources { store.addSource(name) }
        for name in domains { store.addDomain(name) }
        guard let contacts = ids() else { return false }
        store.addContacts(contacts)
        guard domains.isEmpty || readDomains(contacts: contacts.count, domains: domains.count) else { return false }
        guard let campaigns = ids() else { return false }
        for id in campaigns { store.addCampaign(id) }
        return true
    }

    private mutating func names() -> [[UInt8]]? {
        guard let count = reader.count() else { return nil }
        var names: [[UInt8]] = []
        for _ in 0..<count {
            guard let length = reader.varint(below: reader.remaining), let bytes = reader.take(length),
                !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil
            else { return nil }
            let name = Array(bytes)
            if let last = names.last, !last.lexicographicallyPrecedes(name) { return nil }
            names.append(name)
        }
        return names
    }

    private mutating func ids() -> [Int64]? {
        guard let count = reader.count(), count < Int(UInt32.max) else { return nil }
        var ids: [Int64] = []
        ids.reserveCapacity(count)
        var previous: UInt64?
        for _ in 0..<count {
            guard let distance = reader.varint() else { return nil }
            let (id, overflow) = (previous ?? 0).addingReportingOverflow(distance)
            guard !overflow, previous == nil || distance > 0 else { return nil }
            previous = id
            ids.append(Int64(bitPattern: id ^ 1 << 63))
        }
        return ids
    }

    private mutating func readDomains(contacts: Int, domains: Int) -> Bool {
        for contact in 0..<contacts {
            guard let domain = reader.varint(below: domains + 1) else { return false }
            guard domain > 0 else { continue }
            guard let time = reader.varint(below: Int(UInt32.max) + 1) else { return false }
            store.noteDomain(UInt32(domain - 1), of: UInt32(contact), UInt32(time))
        }
        return true
    }

    // MARK: - Lists

    private mutating func readLists() -> Bool {
        guard let count = reader.count() else { return false }
        var previous: (campaign: Int, stream: UInt64)?
        for _ in 0..<count {
            guard let campaign = reader.varint(below: store.campaigns.count + 1), let place = reader.varint(),
                let stream = EventLists.stream(at: place), exists(stream)
            else { return false }
            if let previous, previous >= (campaign, place) { return false }
            previous = (campaign, place)
            let number = store.addList(campaign: campaign == 0 ? IDIndex.none : UInt32(campaign - 1), stream)
            guard readList(number) else { return false }
        }
        return true
    }

    private func exists(_ stream: Stream) -> Bool {
        switch stream {
        case .undelivered: true
        case .sent(let source): source == NameTable.none || source < store.sources.count
        case .activities(let slot): slot < store.types.slots
        }
    }

    private mutating func readList(_ list: Int) -> Bool {
        guard let count = reader.count(), count > 0 else { return false }
        let nobody = UInt64(store.contacts.count)
        var previous: (contact: UInt64, time: UInt64)?
        var events: [Event] = []
        for _ in 0..<count {
            guard let contactDistance = reader.varint(), let timeDistance = reader.varint(),
                contactDistance <= nobody, timeDistance <= UInt64(UInt32.max)
            else { return false }
            let contact = (previous?.contact ?? 0) + contactDistance
            var time = timeDistance
            if let previous, contactDistance == 0 {
                time += previous.time
                guard timeDistance > 0 else { return false }
            }
            guard contact <= nobody, time <= UInt64(UInt32.max) else { return false }
            previous = (contact, time)
            let event = Event(contact: contact == nobody ? IDIndex.none : UInt32(contact), time: UInt32(time))
            events.append(event)
            store.add(event, to: list)
        }
        return readRepeats(of: events, list)
    }

    private mutating func readRepeats(of events: [Event], _ list: Int) -> Bool {
        guard add(rows: Int64(events.count)), let count = reader.varint(below: events.count + 1) else { return false }
        var position = 0
        for number in 0..<count {
            guard let distance = reader.varint(below: events.count - position), number == 0 || distance > 0,
                let more = reader.varint().flatMap({ Int64(exactly: $0) }), more > 0, add(rows: more)
            else { return false }
            position += distance
            store.add(events[position], more: more, to: list)
        }
        return true
    }

    private mutating func add(rows more: Int64) -> Bool {
        let (sum, overflow) = rows.addingReportingOverflow(more)
        rows = sum
        return !overflow
    }
}
