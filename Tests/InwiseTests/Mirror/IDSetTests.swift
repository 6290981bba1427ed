// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Ids of contacts") struct IDSetTests {
    static let edges: [Int64] = [0, .min, .max, .min + 1, .max - 1, -1, 1, 1 << 32, -(1 << 32), 1 << 62]

    @Test("are in a set once, as in any other set", arguments: [0, 10, 1000, 5000], [false, true])
    func set(reserved: Int, isPrefetched: Bool) {
        var random = FixedSeed(UInt64(reserved + 1)), set = IDSet(), reference: Set<Int64> = []
        defer { set.release() }
        set.reserve(reserved)
        let size = set.size
        #expect(size >= reserved * 8)
        for round in 0..<6000 {
            let id = random.once(in: 20) ? random.pick(Self.edges) : round.isMultiple(of: 2) ? Int64.random(in: -800...800, using: &random) : Int64(bitPattern: random.next()) >> 40
            if isPrefetched { set.prefetch(id) }
            let isNew = set.insert(id)
            #expect(isNew == reference.insert(id).inserted)
            #expect(set.count == reference.count)
        }
        for id in reference {
            let isNew = set.insert(id)
            #expect(!isNew)
        }
        if reserved == 5000 { #expect(set.size == size, "it has not grown beyond what was reserved") }
    }

    @Test("take room for no more than half again as many", arguments: [0, 1, 10, 11, 100, 10_000])
    func size(count: Int) {
        var set = IDSet()
        defer { set.release() }
        for id in 0..<Int64(count) { _ = set.insert(id) }
        #expect(set.size >= count * 12 && set.size <= max(128, count * 24))
    }

    private static func bytes(_ ids: [Int64]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ids.count * IDList.longest) { room, count in
            guard var place = room.baseAddress else { return }
            let start = place
            var list = IDList()
            for id in ids { place = list.write(id, to: place) }
            count = place - start
        }
    }

    /// The ids that bytes say, and whether that is all of them.
    private static func ids(_ bytes: [UInt8]) -> (ids: [Int64], isWhole: Bool) {
        bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes), list = IDList(), ids: [Int64] = []
            while reader.remaining > 0 {
                guard let id = list.next(&reader) else { return (ids, false) }
                ids.append(id)
            }
            return (ids, true)
        }
    }

    @Test("come back from a list in their order", arguments: 0...20 as ClosedRange<UInt64>)
    func list(seed: UInt64) {
        var random = FixedSeed(seed)
        let ids = (0..<Int(seed) * 50).map { _ in
            random.once(in: 4) ? random.pick(Self.edges) : random.once(in: 4) ? Int64(bitPattern: random.next()) : Int64.random(in: 400_000_000...400_001_000, using: &random)
        }
        let bytes = Self.bytes(ids)
        #expect(Self.ids(bytes).ids == ids && Self.ids(bytes).isWhole)
        for cut in bytes.indices.suffix(12) {
            let found = Self.ids(Array(bytes[..<cut]))
            #expect(found.ids.elementsEqual(ids.prefix(found.ids.count)))
        }
    }

    @Test("that are neighbours take a byte or two each")
    func short() {
        #expect(Self.bytes((1...1000).map { 402_653_189 + $0 }).count <= 5 + 1000)
        #expect(Self.bytes([Int64.min, .max]).count <= 2 * IDList.longest)
    }

    @Test("are none in bytes that no list is", arguments: [[0x80], [0x80, 0x00], [UInt8](repeating: 0xFF, count: 10), [UInt8](repeating: 0xFF, count: 11)])
    func damage(bytes: [UInt8]) { #expect(!Self.ids(bytes).isWhole) }
}
