// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Where a row lies") struct RowKeyTests {
    @Test("is told by its id, and tells it", arguments: OddRows.edges + [690_776_464, (1 << 40) + 1, -(1 << 40)])
    func ids(id: Int64) {
        guard let key = RowKey.of(id: id) else {
            #expect(id <= (1 << 40) - (1 << 62), "such ids lie where hashes do")
            return
        }
        #expect(id > (1 << 40) - (1 << 62) && key < RowKey.firstHash && RowKey.id(of: key) == id)
        if id < .max, let next = RowKey.of(id: id + 1) { #expect(next == key - 1, "the larger the id, the smaller the key") }
    }

    @Test("is beyond all ids where a hash tells it", arguments: [0, 1, 3, 4, .max, 1 << 63, 0xFFFF_FFFF_FFFF_FFFC] as [UInt64])
    func hashes(hash: UInt64) {
        let key = RowKey.of(hash: hash)
        #expect(key >= RowKey.firstHash && RowKey.id(of: key) == nil)
        #expect(key - RowKey.firstHash == Int64(hash >> 2))
    }

    @Test("is another for each id, in order", arguments: [1, 2, 3] as [UInt64])
    func order(seed: UInt64) {
        var random = FixedSeed(seed)
        let ids = Set((0..<2000).map { _ in Int64(bitPattern: random.next()) >> Int64.random(in: 1...60, using: &random) } + OddRows.edges).sorted()
        let keys = ids.compactMap { RowKey.of(id: $0) }
        #expect(Set(keys).count == keys.count && keys == keys.sorted(by: >))
        #expect(keys.compactMap { RowKey.id(of: $0) } == ids.filter { RowKey.of(id: $0) != nil })
    }
}
