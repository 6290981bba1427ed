// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite struct VarintTests {
    @Test("An integer has one form, so that a funnel that loads saves the same bytes", arguments: [
        ([0], 0), ([0x7F], 0x7F), ([0x80, 1], 0x80), ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], .max),
        ([0x80, 0], nil), ([0x81, 0], nil), ([0x80, 0x80, 0], nil), ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0], nil),
        ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2], nil), ([0x80], nil), ([], nil),
    ] as [([UInt8], UInt64?)])
    func form(bytes: [UInt8], wanted: UInt64?) throws {
        let found = bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            return reader.varint()
        }
        #expect(found == wanted)
        guard let wanted else { return }
        let buffer = ByteBuffer()
        try buffer.append(varint: wanted)
        #expect(RowText.copy(buffer) == bytes)
    }

    @Test("A saved funnel with a longer form of an integer is damaged")
    func funnel() throws {
        // An empty funnel is six times 0; here the first takes two bytes.
        let body: [UInt8] = [0x80, 0, 0, 0, 0, 0, 0]
        var bytes = Array(RowText.copy(try Funnel().save()).prefix(16))
        for word in [UInt64(body.count), body.withUnsafeBytes { ByteHash.hash($0, seed: FunnelFile.version) }] {
            withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
        }
        bytes += body
        #expect(throws: FunnelFile.Fault.damaged) { try bytes.withUnsafeBytes { _ = try FunnelFile.read($0) } }
    }
}
