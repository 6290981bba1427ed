// SPDX-License-Identifier: MIT

@testable import Inwise

/// Bodies of saved funnels by hand, and files around any body: with a right length and checksum.
struct SavedBody {
    private(set) var bytes: [UInt8] = []

    init(_ build: (inout SavedBody) -> Void) { build(&self) }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func varints(_ values: UInt64...) { for value in values { varint(value) } }

    mutating func raw(_ more: [UInt8]) { bytes += more }

    mutating func names(_ names: [String]) {
        varint(UInt64(names.count))
        for name in names {
            varint(UInt64(name.utf8.count))
            bytes += Array(name.utf8)
        }
    }

    /// Ids in the order in which they are given, each as its distance from the one before.
    mutating func ids(_ ids: [Int64]) {
        varint(UInt64(ids.count))
        var previous: UInt64 = 0
        for id in ids {
            let unsigned = UInt64(bitPattern: id) ^ 1 << 63
            varint(unsigned &- previous)
            previous = unsigned
        }
    }

    /// The tables of a funnel without domains.
    mutating func tables(types: [String] = [], sources: [String] = [], contacts: [Int64] = [], campaigns: [Int64] = []) {
        names(types)
        names(sources)
        names([])
        ids(contacts)
        ids(campaigns)
    }

    // MARK: - Files

    static let headerLength = FunnelFile.headerLength

    var file: [UInt8] { Self.file(bytes) }

    static func file(_ body: [UInt8], version: UInt64 = FunnelFile.version) -> [UInt8] {
        let sum = body.withUnsafeBytes { ByteHash.hash($0, seed: FunnelFile.version) }
        return Array("\u{89}INWFNL\n".unicodeScalars.map { UInt8($0.value) }) + word(version) + word(UInt64(body.count)) + word(sum) + body
    }

    static func word(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    // MARK: - Streams: 0 for undelivered, odd for sources, even for types

    static let undelivered: UInt64 = 0
    static func sent(_ source: UInt64?) -> UInt64 { 1 + 2 * (source.map { $0 + 1 } ?? 0) }
    static func activities(_ slot: UInt64) -> UInt64 { 2 + 2 * slot }
}
