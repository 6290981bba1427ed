// SPDX-License-Identifier: MIT

internal import CByteScan
internal import Glibc

/// Numbers ids densely, from 0 in the order in which they are met: an open-addressing table of 8 bytes a place, at most
/// four fifths full.
struct IDIndex: ~Copyable {
    /// A free place has no number. Half an id is enough: most accounts have none that is longer, and where one does, the whole is
    /// looked at too.
    private struct Place: BitwiseCopyable {
        var lowerHalf: UInt32
        var number: UInt32
    }

    /// Stands for no id; never given to one.
    static let none = UInt32.max

    private var places: UnsafeMutablePointer<Place>
    /// How many places there are, less one.
    private var mask: Int
    private var ids: [Int64] = []
    /// Whether any id is more than its lower half.
    private var hasLong = false
    /// Its own in each table: ids can't be chosen so that they collide, and a table poured into another doesn't arrive
    /// in the order of that one's places, which would pile up.
    private let seed = UInt64.random(in: .min ... .max)

    init() { (places, mask) = (Self.free(16), 15) }

    deinit { places.deallocate() }

    var count: Int { ids.count }

    /// The id with a number below `count`.
    func id(of number: UInt32) -> Int64 { ids[Int(number)] }

    /// The id's number; a new one if it is new. At most `UInt32.max` ids, which the caller sees to.
    @inline(__always)
    mutating func number(of id: Int64) -> UInt32 {
        let place = find(id)
        let number = places[place].number
        return number != Self.none ? number : insert(id, at: place)
    }

    /// The numbers of several ids at once, new ones among them: their places are fetched while others are looked up.
    ///
    /// - Parameter numbers: gets as many as there are ids.
    mutating func numbers(_ numbers: UnsafeMutablePointer<UInt32>, of ids: UnsafeBufferPointer<Int64>) {
        let ahead = 32
        for position in 0..<min(ahead, ids.count) { prefetch(ids[position]) }
        for position in 0..<ids.count {
            if position &+ ahead < ids.count { prefetch(ids[position &+ ahead]) }
            numbers[position] = number(of: ids[position])
        }
    }

    @inline(__always)
    private func prefetch(_ id: Int64) { inwise_prefetch(places + home(of: id)) }

    /// The id's number; nil if it has none.
    func existing(_ id: Int64) -> UInt32? {
        let number = places[find(id)].number
        return number == Self.none ? nil : number
    }

    /// Makes room for so many ids in all.
    mutating func reserve(_ count: Int) {
        var size = mask + 1
        while count > Self.most(of: size) { size *= 2 }
        if size > mask + 1 { resize(to: size) }
        ids.reserveCapacity(count)
    }

    /// The id's place, or the free one that it would get.
    @inline(__always)
    private func find(_ id: Int64) -> Int {
        let lowerHalf = UInt32(truncatingIfNeeded: id)
        let mustCompare = hasLong || Int64(lowerHalf) != id
        var place = home(of: id)
        while places[place].number != Self.none {
            if places[place].lowerHalf == lowerHalf, !mustCompare || ids[Int(places[place].number)] == id { break }
            place = (place &+ 1) & mask
        }
        return place
    }

    @inline(__always)
    private func home(of id: Int64) -> Int {
        Int(truncatingIfNeeded: ByteHash.mix(seed, with: UInt64(bitPattern: id))) & mask
    }

    @inline(never)
    private mutating func insert(_ id: Int64, at place: Int) -> UInt32 {
        let number = UInt32(truncatingIfNeeded: ids.count)
        let lowerHalf = UInt32(truncatingIfNeeded: id)
        if Int64(lowerHalf) != id { hasLong = true }
        ids.append(id)
        places[place] = Place(lowerHalf: lowerHalf, number: number)
        if ids.count > Self.most(of: mask + 1) { resize(to: 2 * (mask + 1)) }
        return number
    }

    /// How many ids a table of so many places may hold.
    private static func most(of size: Int) -> Int { size / 5 * 4 }

    /// - Parameter size: a power of two, more than there are ids.
    private mutating func resize(to size: Int) {
        places.deallocate()
        places = Self.free(size)
        mask = size - 1
        for (number, id) in ids.enumerated() {
            places[find(id)] = Place(lowerHalf: UInt32(truncatingIfNeeded: id), number: UInt32(truncatingIfNeeded: number))
        }
    }

    private static let hugePage = 2 << 20

    private static func free(_ size: Int) -> UnsafeMutablePointer<Place> {
        let bytes = size * MemoryLayout<Place>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: bytes >= hugePage ? hugePage : 16)
        // Each look-up is somewhere else: with pages of 4 KiB the page would have to be looked up too.
        if bytes >= hugePage { madvise(memory, bytes, MADV_HUGEPAGE) }
        let places = memory.bindMemory(to: Place.self, capacity: size)
        places.initialize(repeating: Place(lowerHalf: 0, number: none), count: size)
        return places
    }
}
