// SPDX-License-Identifier: MIT

internal import Glibc

/// Numbers names densely, from 0 in the order in which they are met. Names are bytes: no two that differ are one, as they
/// may be as `String`s.
struct NameTable: ~Copyable {
    private struct Place: BitwiseCopyable {
        var hash: UInt64
        /// `none` in a free place.
        var number: UInt32
    }

    /// Stands for no name; never given to one.
    static let none = UInt32.max

    private var places: [Place]
    /// The names one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private let seed = UInt64.random(in: .min ... .max)

    init() { places = Self.free(32) }

    var count: Int { ends.count }

    /// The name with a number below `count`.
    func name(of number: UInt32) -> [UInt8] {
        Array(bytes[range(of: number)])
    }

    /// The name's number; a new one if it is new.
    mutating func number(of name: UnsafeRawBufferPointer) -> UInt32 {
        let hash = ByteHash.hash(name, seed: seed)
        let place = find(name, hash)
        if places[place].number != Self.none { return places[place].number }
        let number = UInt32(truncatingIfNeeded: ends.count)
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        places[place] = Place(hash: hash, number: number)
        if ends.count * 2 > places.count { grow() }
        return number
    }

    private func range(of number: UInt32) -> Range<Int> {
        (number == 0 ? 0 : ends[Int(number) - 1])..<ends[Int(number)]
    }

    private func find(_ name: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        let mask = places.count &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place].number != Self.none, places[place].hash != hash || !isSame(name, places[place].number) {
            place = (place &+ 1) & mask
        }
        return place
    }

    private func isSame(_ name: UnsafeRawBufferPointer, _ number: UInt32) -> Bool {
        let range = range(of: number)
        guard range.count == name.count, let left = name.baseAddress else { return range.count == name.count }
        return bytes.withUnsafeBytes { all in all.baseAddress.map { memcmp($0 + range.lowerBound, left, range.count) == 0 } ?? true }
    }

    private mutating func grow() {
        let old = places
        places = Self.free(old.count * 2)
        let mask = places.count &- 1
        for entry in old where entry.number != Self.none {
            var place = Int(truncatingIfNeeded: entry.hash) & mask
            while places[place].number != Self.none { place = (place &+ 1) & mask }
            places[place] = entry
        }
    }

    private static func free(_ size: Int) -> [Place] { Array(repeating: Place(hash: 0, number: none), count: size) }
}
