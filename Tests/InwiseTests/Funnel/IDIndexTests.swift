// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite struct IDIndexTests {
    /// Ids that share their lower half, in different orders: a long one may come before or after a short one.
    private static let alike: [Int64] = [5, 5 + 1 << 32, 5 - 1 << 32, .min + 5, 5 + 7 << 32, 0xFFFF_FFFF, -1, 0x7FFF_FFFF_FFFF_FFFF, 0, 1 << 32, .min]

    @Test("Ids that are alike in their lower halves are different ids", arguments: 1...6 as ClosedRange<UInt64>)
    func lowerHalves(seed: UInt64) {
        var random = FixedSeed(seed)
        let ids = Self.alike.shuffled(using: &random)
        var index = IDIndex()
        for (number, id) in ids.enumerated() {
            #expect(index.existing(id) == nil)
            #expect(index.number(of: id) == UInt32(number))
        }
        for (number, id) in ids.enumerated() {
            #expect(index.number(of: id) == UInt32(number))
            #expect(index.existing(id) == UInt32(number))
            #expect(index.id(of: UInt32(number)) == id)
        }
        #expect(index.count == ids.count)
    }

    @Test("Several at once get the numbers that they get one by one", arguments: [1, 3, 4_294_967_296, 0x1_0000_0001] as [Int64])
    func several(step: Int64) {
        var random = FixedSeed(9)
        let ids = (0..<30_000).map { _ in Int64.random(in: -5000...5000, using: &random) &* step }
        var one = IDIndex()
        var all = IDIndex()
        var expected: [UInt32] = []
        for id in ids { expected.append(one.number(of: id)) }
        var numbers = [UInt32](repeating: 0, count: ids.count)
        ids.withUnsafeBufferPointer { ids in
            numbers.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { all.numbers(start, of: ids) } }
        }
        #expect(numbers == expected)
    }
}
