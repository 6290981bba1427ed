// SPDX-License-Identifier: MIT

/// For each contact a set of small numbers, as bits: an open-addressing table of 16 bytes a place, at most three
/// quarters full.
struct ContactTable: ~Copyable {
    /// No bits mean a free place; every contact in the table has some.
    private struct Place: BitwiseCopyable {
        var contact: Int64
        var bits: UInt64
    }

    /// How many numbers a set can hold.
    static let width = 64

    private var places = UnsafeMutableBufferPointer<Place>(start: nil, count: 0)
    private var used = 0
    /// Its own in each table: ids can't be chosen so that they collide, and a table poured into another doesn't arrive
    /// in the order of that one's places, which would pile up.
    private let seed = UInt64.random(in: .min ... .max)

    deinit { places.deallocate() }

    /// How many contacts there are.
    var count: Int { used }

    /// Adds numbers, bit n for number n, to a contact's set.
    @inline(__always)
    mutating func insert(_ contact: Int64, _ bits: UInt64) {
        guard bits != 0 else { return }
        if (used &+ 1) &* 4 > places.count &* 3 { resize(to: max(8, places.count * 2)) }
        let place = find(contact)
        if places[place].bits == 0 {
            places[place].contact = contact
            used &+= 1
        }
        places[place].bits |= bits
    }

    /// Makes room for so many contacts.
    mutating func reserve(_ contacts: Int) {
        var size = max(8, places.count)
        while contacts / 3 >= size / 4 { size *= 2 }
        if size > places.count { resize(to: size) }
    }

    func forEach(_ body: (_ contact: Int64, _ bits: UInt64) -> Void) {
        for place in places where place.bits != 0 { body(place.contact, place.bits) }
    }

    /// The contact's place, or the free one that it would get.
    @inline(__always)
    private func find(_ contact: Int64) -> Int {
        let mask = places.count &- 1
        let hash = ByteHash.mix(seed, with: UInt64(bitPattern: contact))
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place].bits != 0, places[place].contact != contact { place = (place &+ 1) & mask }
        return place
    }

    /// - Parameter size: a power of two that is larger than `used`.
    private mutating func resize(to size: Int) {
        let old = places
        places = .allocate(capacity: size)
        places.initialize(repeating: Place(contact: 0, bits: 0))
        for place in old where place.bits != 0 { places[find(place.contact)] = place }
        old.deallocate()
    }
}
