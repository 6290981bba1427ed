// SPDX-License-Identifier: MIT

/// The lists of a funnel: one for each campaign and stream that has events.
struct EventLists: ~Copyable {
    private var lists = UnsafeMutableBufferPointer<EventList>(start: nil, count: 0)
    private var capacity = 0
    /// By number of the list, what it is.
    private(set) var keys: [(campaign: UInt32, stream: Stream)] = []
    /// The lists' numbers by their keys in one word.
    private var index = IDIndex()
    /// The same for the streams that most campaigns have, without hashing: a row for each campaign, -1 where there is no list.
    private var directory: [Int32] = []
    private var rows = 0
    /// Streams to a row: undelivered, mails of three sources, activities of seven types.
    private static let common = 16

    deinit {
        lists.deinitialize()
        lists.deallocate()
    }

    var count: Int { lists.count }

    /// - Parameter number: below `count`.
    @inline(__always)
    subscript(number: Int) -> EventList {
        _read { yield lists[number] }
    }

    /// The number of a list; a new, empty one if there is none yet.
    @inline(__always)
    mutating func number(campaign: UInt32, _ stream: Stream) -> Int { number(campaign: campaign, at: Self.place(of: stream)) }

    /// - Parameter place: of the list's stream.
    @inline(__always)
    mutating func number(campaign: UInt32, at place: UInt64) -> Int {
        // The number after a campaign's is that of none.
        let row = Int(campaign &+ 1)
        if row < rows, place < Self.common {
            let number = Int(directory[row &* Self.common &+ Int(place)])
            if number >= 0 { return number }
        }
        return find(campaign, place)
    }

    @inline(never)
    private mutating func find(_ campaign: UInt32, _ place: UInt64) -> Int {
        let row = Int(campaign &+ 1)
        let number = Int(index.number(of: Int64(bitPattern: UInt64(row) << 33 | place)))
        if number == lists.count, let stream = Self.stream(at: place) { insert(campaign, stream) }
        if place < Self.common {
            while rows <= row {
                directory.append(contentsOf: repeatElement(-1, count: Self.common))
                rows += 1
            }
            directory[row * Self.common + Int(place)] = Int32(truncatingIfNeeded: number)
        }
        return number
    }

    /// The stream that has a place; nil where none has.
    static func stream(at place: UInt64) -> Stream? {
        guard place > 0 else { return .undelivered }
        guard let number = UInt32(exactly: (place - 1) / 2) else { return nil }
        // Odd places are those of sources, of which the first is none.
        return place % 2 == 1 ? .sent(source: number &- 1) : .activities(slot: number)
    }

    /// Another one for each stream: those of activities and of sent mails take turns.
    @inline(__always)
    static func place(of stream: Stream) -> UInt64 {
        switch stream {
        case .undelivered: 0
        case .sent(let source): 1 &+ 2 &* UInt64(source &+ 1)
        case .activities(let slot): 2 &+ 2 &* UInt64(slot)
        }
    }

    @inline(__always)
    mutating func append(_ event: Event, to list: Int) { lists[list].append(event) }

    mutating func append(_ event: Event, more: Int64, to list: Int) { lists[list].append(event, more: more) }

    /// Adds all that another store's list has.
    ///
    /// - Parameter contacts: the number here of each contact there.
    mutating func append(_ others: borrowing EventLists, _ number: Int, to list: Int, contacts: [UInt32]) {
        lists[list].append(others[number], contacts: contacts)
    }

    @inline(never)
    private mutating func insert(_ campaign: UInt32, _ stream: Stream) {
        let count = lists.count
        if count == capacity {
            capacity = max(16, capacity * 2)
            let grown = UnsafeMutablePointer<EventList>.allocate(capacity: capacity)
            if let old = lists.baseAddress { grown.moveInitialize(from: old, count: count) }
            lists.baseAddress?.deallocate()
            lists = UnsafeMutableBufferPointer(start: grown, count: count)
        }
        guard let base = lists.baseAddress else { return }
        (base + count).initialize(to: EventList())
        lists = UnsafeMutableBufferPointer(start: base, count: count + 1)
        keys.append((campaign, stream))
    }
}
