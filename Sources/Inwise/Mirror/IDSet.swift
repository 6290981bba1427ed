// SPDX-License-Identifier: MIT

internal import CByteScan

/// Ids, each once: an open-addressing table of 8 bytes a place, at most two thirds full. Its owner releases it.
struct IDSet {
    private var places: UnsafeMutablePointer<Int64>
    /// How many places there are, less one.
    private var mask: Int
    private(set) var count = 0
    /// What a free place holds; that id itself is kept apart.
    private static let free = Int64.min
    private var hasFree = false
    /// Its own in each table: ids can't be chosen so that they collide.
    private let seed = UInt64.random(in: .min ... .max)

    init() {
        mask = 15
        places = Self.places(16)
    }

    func release() { places.deallocate() }

    /// Bytes that it takes.
    var size: Int { (mask + 1) * MemoryLayout<Int64>.stride }

    /// True for an id that was not in it yet.
    @inline(__always)
    mutating func insert(_ id: Int64) -> Bool {
        guard id != Self.free else {
            guard !hasFree else { return false }
            hasFree = true
            count &+= 1
            return true
        }
        var place = home(of: id)
        while places[place] != Self.free {
            if places[place] == id { return false }
            place = (place &+ 1) & mask
        }
        places[place] = id
        count &+= 1
        if count &* 3 > (mask &+ 1) &* 2 { resize(to: (mask &+ 1) &* 2) }
        return true
    }

    /// Has the place of an id fetched: each is somewhere else in memory.
    @inline(__always)
    func prefetch(_ id: Int64) { inwise_prefetch(places + home(of: id)) }

    /// Makes room for so many ids in all.
    mutating func reserve(_ count: Int) {
        var size = mask + 1
        while count * 3 > size * 2 { size *= 2 }
        if size > mask + 1 { resize(to: size) }
    }

    @inline(__always)
    private func home(of id: Int64) -> Int {
        Int(truncatingIfNeeded: ByteHash.mix(seed, with: UInt64(bitPattern: id))) & mask
    }

    @inline(never)
    private mutating func resize(to size: Int) {
        let (old, places) = (places, Self.places(size))
        let oldMask = mask
        (self.places, mask) = (places, size - 1)
        for index in 0...oldMask where old[index] != Self.free {
            var place = home(of: old[index])
            while places[place] != Self.free { place = (place &+ 1) & mask }
            places[place] = old[index]
        }
        old.deallocate()
    }

    private static func places(_ size: Int) -> UnsafeMutablePointer<Int64> {
        let places = UnsafeMutablePointer<Int64>.allocate(capacity: size)
        places.initialize(repeating: free, count: size)
        return places
    }
}

/// Ids as bytes: each as its distance from the one before, in the order in which they came.
struct IDList {
    private var last: Int64 = 0

    /// Bytes that an id takes at most.
    static let longest = 10

    /// Writes an id behind what was written before, where there must be room for `longest` bytes; gives where the next one goes.
    @inline(__always)
    mutating func write(_ id: Int64, to place: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        let step = id &- last
        last = id
        // The sign goes into the lowest bit: small distances are short in either direction.
        return Self.write(varint: UInt64(bitPattern: step &<< 1 ^ step &>> 63), to: place)
    }

    @inline(__always)
    static func write(varint value: UInt64, to place: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var (rest, place) = (value, place)
        while rest >= 0x80 {
            place.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
            place += 1
            rest &>>= 7
        }
        place.pointee = UInt8(truncatingIfNeeded: rest)
        return place + 1
    }

    /// The next id of what was written; nil where there is none.
    mutating func next(_ reader: inout ByteReader) -> Int64? {
        guard let code = reader.varint() else { return nil }
        last = last &+ (Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1))
        return last
    }
}
