// SPDX-License-Identifier: MIT

internal import CByteScan

/// The events of one campaign and one stream: 8 bytes for each that differs, and 16 more for one that came again. Additions
/// are appended as they come; now and then the same ones are found and joined.
struct EventList: ~Copyable {
    /// An event that is in the list, and how often more than its places say.
    struct Repeat: BitwiseCopyable {
        var event: Event
        var more: Int64
    }

    private var column = Column<Event>()
    private var count = 0
    private(set) var repeats: [Repeat] = []
    /// Events as often as they were added. Never overflows: the funnel keeps the number of all its rows within 64 bits.
    private(set) var total: Int64 = 0
    /// Beyond this size the same events are looked for.
    private var limit = 1 << 20

    var events: UnsafeMutableBufferPointer<Event> { UnsafeMutableBufferPointer(rebasing: column.values[..<count]) }

    @inline(__always)
    mutating func append(_ event: Event) {
        if count == column.capacity { grow(by: 1) }
        column[count] = event
        // There are many lists, too many for the processor to see that each grows.
        if let base = column.values.baseAddress { inwise_prefetch_for_writing(base + count + 16) }
        count &+= 1
        total &+= 1
    }

    /// Adds all that another list has.
    ///
    /// - Parameter contacts: the number here of each of the other's contacts.
    mutating func append(_ other: borrowing EventList, contacts: [UInt32]) {
        func here(_ event: Event) -> Event {
            event.contact == IDIndex.none ? event : Event(contact: contacts[Int(event.contact)], time: event.time)
        }
        grow(by: other.count)
        for event in other.events { append(here(event)) }
        for other in other.repeats { append(here(other.event), more: other.more) }
        compactIfLarge()
    }

    /// Counts an event of the list more often.
    mutating func append(_ event: Event, more: Int64) {
        repeats.append(Repeat(event: event, more: more))
        total &+= more
    }

    /// Makes room for so many events more, where possible by joining the same ones.
    private mutating func grow(by more: Int) {
        guard count + more > column.capacity else { return }
        compactIfLarge()
        let needed = count + more
        guard needed > column.capacity else { return }
        guard column.resize(to: max(needed, column.capacity &+ column.capacity / 2, 16)) else {
            // As where Swift's runtime finds none.
            fatalError("out of memory")
        }
    }

    private mutating func compactIfLarge() {
        guard count + repeats.count > limit else { return }
        compact()
        limit = max(1 << 20, 2 * (count + repeats.count))
    }

    /// Sorts the events and joins the same ones, and the repeats likewise.
    mutating func compact() {
        var events = events
        events.sort()
        var kept = 0
        var next = 0
        while next < events.count {
            let event = events[next]
            let first = next
            repeat { next &+= 1 } while next < events.count && events[next] == event
            if next - first > 1 { repeats.append(Repeat(event: event, more: Int64(next - first - 1))) }
            events[kept] = event
            kept &+= 1
        }
        count = kept
        guard repeats.count > 1 else { return }
        repeats.sort { $0.event < $1.event }
        var joined = 0
        for index in 1..<repeats.count {
            if repeats[index].event == repeats[joined].event {
                repeats[joined].more &+= repeats[index].more
            } else {
                joined += 1
                repeats[joined] = repeats[index]
            }
        }
        repeats.removeLast(repeats.count - joined - 1)
    }
}
