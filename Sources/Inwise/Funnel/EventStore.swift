// SPDX-License-Identifier: MIT

/// What a funnel knows: who did what in which campaign and when, by stream.
///
/// Contacts and campaigns have dense numbers, so that distinct contacts are counted with one bit for each; streams of a campaign
/// are lists, so that adding a row is a look-up and an append.
struct EventStore: ~Copyable {
    private(set) var contacts = IDIndex()
    private(set) var domains = ContactDomains()
    /// `IDIndex.none` numbers the rows without a campaign.
    private(set) var campaigns = IDIndex()
    private(set) var types = ActionTypes()
    private(set) var sources = NameTable()
    private(set) var lists = EventLists()
    private var time = EventTime()

    init() {}

    init(copying other: borrowing EventStore) {
        self.init()
        merge(other)
    }

    /// All rows that were ever counted.
    var rows: Int64 {
        var rows: Int64 = 0
        for list in 0..<lists.count { rows &+= lists[list].total }
        return rows
    }

    /// The number of entries of the largest table: no more numbers than this are given out.
    var largestTable: Int { max(contacts.count, domains.names.count, campaigns.count, types.slots, sources.count, lists.count) }

    // MARK: - Rows

    /// Counts rows that `RowScanner` found in a text.
    mutating func count(_ rows: borrowing RowColumns, of kind: RowKind, in text: UnsafeRawBufferPointer) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: rows.count) { contacts in
            if let ids = rows.integers(.contactID), let numbers = contacts.baseAddress {
                self.contacts.numbers(numbers, of: ids)
            } else {
                for row in 0..<rows.count {
                    contacts[row] = rows.integer(.contactID, row).map { self.contacts.number(of: $0) } ?? IDIndex.none
                }
            }
            switch kind {
            case .sentEmails: countSent(rows, contacts, in: text)
            case .undelivered: countUndelivered(rows, contacts, in: text)
            case .activities: countActivities(rows, contacts, in: text)
            }
        }
    }

    private mutating func countSent(
        _ rows: borrowing RowColumns, _ contacts: UnsafeMutableBufferPointer<UInt32>, in text: UnsafeRawBufferPointer
    ) {
        var campaign = CampaignGuess()
        var source = NameGuess()
        for row in 0..<rows.count {
            let time = seconds(.dateSent, rows, row, in: text)
            let stream = Stream.sent(source: rows.text(.sendingSource, row).map { place in
                source.number(of: place, in: text) { sources.number(of: $0) }
            } ?? NameTable.none)
            let list = lists.number(campaign: campaign.number(rows.integer(.campaignID, row), &campaigns), stream)
            lists.append(Event(contact: contacts[row], time: time), to: list)
            noteDomain(of: contacts[row], time, rows, row, in: text)
        }
    }

    private mutating func countUndelivered(
        _ rows: borrowing RowColumns, _ contacts: UnsafeMutableBufferPointer<UInt32>, in text: UnsafeRawBufferPointer
    ) {
        var campaign = CampaignGuess()
        for row in 0..<rows.count {
            let time = seconds(.createDate, rows, row, in: text)
            let list = lists.number(campaign: campaign.number(rows.integer(.campaignID, row), &campaigns), .undelivered)
            lists.append(Event(contact: contacts[row], time: time), to: list)
            noteDomain(of: contacts[row], time, rows, row, in: text)
        }
    }

    private mutating func countActivities(
        _ rows: borrowing RowColumns, _ contacts: UnsafeMutableBufferPointer<UInt32>, in text: UnsafeRawBufferPointer
    ) {
        var campaign = CampaignGuess()
        var type = NameGuess()
        for row in 0..<rows.count {
            let time = seconds(.actionDate, rows, row, in: text)
            let name = rows.text(.actionType, row) ?? RowColumns.Text(start: 0, length: 0, isEscaped: false)
            let slot = type.number(of: name, in: text) { types.slot(of: $0) }
            let list = lists.number(campaign: campaign.number(rows.integer(.campaignID, row), &campaigns), .activities(slot: slot))
            lists.append(Event(contact: contacts[row], time: time), to: list)
        }
    }

    @inline(__always)
    private mutating func seconds(
        _ field: RowField, _ rows: borrowing RowColumns, _ row: Int, in text: UnsafeRawBufferPointer
    ) -> UInt32 {
        guard let place = rows.text(field, row) else { return EventTime.unknown }
        if place.isEscaped {
            return Unescaped.withBytes(of: UnsafeRawBufferPointer(rebasing: text[place.range])) { time.seconds(of: $0) }
        }
        return time.seconds(of: UnsafeRawBufferPointer(rebasing: text[place.range]))
    }

    private mutating func noteDomain(
        of contact: UInt32, _ time: UInt32, _ rows: borrowing RowColumns, _ row: Int, in text: UnsafeRawBufferPointer
    ) {
        guard contact != IDIndex.none, let place = rows.text(.email, row) else { return }
        let address = UnsafeRawBufferPointer(rebasing: text[place.range])
        if place.isEscaped {
            Unescaped.withBytes(of: address) { domains.note(address: $0, of: contact, time) }
        } else {
            domains.note(address: address, of: contact, time)
        }
    }

    // MARK: - Columns

    mutating func countActivities(
        _ campaigns: UnsafeBufferPointer<Int64>, _ contacts: UnsafeBufferPointer<Int64>, _ types: UnsafeBufferPointer<UInt8>,
        _ slots: [UInt32], _ times: UnsafeBufferPointer<UInt32>?, _ count: Int
    ) {
        let batch = 4096
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: batch) { numbers in
            guard let start = numbers.baseAddress else { return }
            let places = slots.map { EventLists.place(of: .activities(slot: $0)) }
            var campaign = CampaignGuess()
            for first in stride(from: 0, to: count, by: batch) {
                let size = min(batch, count - first)
                self.contacts.numbers(start, of: UnsafeBufferPointer(rebasing: contacts[first..<(first + size)]))
                for offset in 0..<size {
                    let index = first &+ offset
                    let list = lists.number(campaign: campaign.number(campaigns[index], &self.campaigns), at: places[Int(types[index])])
                    lists.append(Event(contact: numbers[offset], time: times?[index] ?? EventTime.unknown), to: list)
                }
            }
        }
    }

    // MARK: - One thing at a time, as `FunnelReader` finds them

    mutating func addType(_ name: [UInt8]) -> UInt32 { name.withUnsafeBytes { types.slot(of: $0) } }
    mutating func addSource(_ name: [UInt8]) { _ = name.withUnsafeBytes { sources.number(of: $0) } }
    mutating func addDomain(_ name: [UInt8]) { _ = name.withUnsafeBytes { domains.names.number(of: $0) } }
    mutating func addCampaign(_ id: Int64) { _ = campaigns.number(of: id) }

    mutating func addContacts(_ ids: [Int64]) {
        contacts.reserve(ids.count)
        for id in ids { _ = contacts.number(of: id) }
    }

    mutating func noteDomain(_ domain: UInt32, of contact: UInt32, _ time: UInt32) { domains.note(domain, of: contact, time) }

    /// The number of a list, which may be new.
    mutating func addList(campaign: UInt32, _ stream: Stream) -> Int { lists.number(campaign: campaign, stream) }

    mutating func add(_ event: Event, to list: Int) { lists.append(event, to: list) }
    mutating func add(_ event: Event, more: Int64, to list: Int) { lists.append(event, more: more, to: list) }

    // MARK: - Merging

    /// Adds all that another store has.
    mutating func merge(_ other: borrowing EventStore) {
        contacts.reserve(contacts.count + other.contacts.count)
        var contactsHere: [UInt32] = []
        contactsHere.reserveCapacity(other.contacts.count)
        for number in 0..<UInt32(other.contacts.count) {
            contactsHere.append(contacts.number(of: other.contacts.id(of: number)))
        }
        domains.merge(other.domains, contacts: contactsHere)
        for (number, key) in other.lists.keys.enumerated() {
            let campaign = key.campaign == IDIndex.none ? key.campaign : campaigns.number(of: other.campaigns.id(of: key.campaign))
            let list = lists.number(campaign: campaign, here(key.stream, of: other))
            lists.append(other.lists, number, to: list, contacts: contactsHere)
        }
    }

    /// The same stream as another store's, by the numbers that sources and slots have here.
    private mutating func here(_ stream: Stream, of other: borrowing EventStore) -> Stream {
        switch stream {
        case .sent(let source) where source != NameTable.none:
            .sent(source: other.sources.name(of: source).withUnsafeBytes { sources.number(of: $0) })
        case .activities(let slot) where slot >= ActionTypes.firstOther:
            .activities(slot: other.types.name(of: slot).withUnsafeBytes { types.slot(of: $0) })
        case .sent, .undelivered, .activities: stream
        }
    }
}

/// The numbers of the campaigns met lately, without hashing them well.
private struct CampaignGuess: ~Copyable {
    private var known: [(id: Int64, number: UInt32)] = Array(repeating: (0, IDIndex.none), count: 256)

    @inline(__always)
    mutating func number(_ id: Int64?, _ campaigns: inout IDIndex) -> UInt32 {
        guard let id else { return IDIndex.none }
        let place = Int(truncatingIfNeeded: (UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15) &>> 56)
        if known[place].id == id, known[place].number != IDIndex.none { return known[place].number }
        let number = campaigns.number(of: id)
        known[place] = (id, number)
        return number
    }
}

/// The numbers of the names met lately, of those that three words hold: most types and sources.
private struct NameGuess: ~Copyable {
    private struct Known: BitwiseCopyable {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        /// 0 where nothing is known.
        var length = 0
        var number: UInt32 = 0
    }

    private var known = Array(repeating: Known(), count: 64)

    @inline(__always)
    mutating func number(
        of name: RowColumns.Text, in text: UnsafeRawBufferPointer, _ find: (UnsafeRawBufferPointer) -> UInt32
    ) -> UInt32 {
        let bytes = UnsafeRawBufferPointer(rebasing: text[name.range])
        guard !name.isEscaped, 8...24 ~= bytes.count, let base = bytes.baseAddress else {
            return name.isEscaped ? Unescaped.withBytes(of: bytes, find) : find(bytes)
        }
        // They overlap, and hold all of it.
        let words = (
            base.loadUnaligned(as: UInt64.self),
            base.loadUnaligned(fromByteOffset: min(8, bytes.count &- 8), as: UInt64.self),
            base.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
        )
        let place = Int(truncatingIfNeeded: ((words.0 ^ words.2) &* 0x9E37_79B9_7F4A_7C15) &>> 58)
        if known[place].length == bytes.count, known[place].words == words { return known[place].number }
        let number = find(bytes)
        known[place] = Known(words: words, length: bytes.count, number: number)
        return number
    }
}
