// SPDX-License-Identifier: MIT

import Inwise

/// 100 pages, in memory already, into columns of every field: integers, and texts without their escapes.
final class Decode: Work {
    private let pages: [UnsafeRawBufferPointer]
    private var columns = RowColumns()
    /// Characters of the texts that have escapes.
    private let plain: UnsafeMutableRawBufferPointer
    private static let texts: [RowField] = [.actionDate, .ip, .actionType, .remarks, .additionalData]
    private static let integers: [RowField] = [.id, .contactID, .campaignID]

    init(folder: String) throws {
        pages = try (0..<100).map { try contents(of: "\(folder)/\(pageName($0))") }
        plain = .allocate(byteCount: pages.map(\.count).max() ?? 0, alignment: 1)
    }

    func perform() throws {
        for page in pages { try decode(page) { _ in } }
    }

    private func decode(_ page: UnsafeRawBufferPointer, _ take: (borrowing RowColumns) -> Void) throws {
        let plain = plain
        try RowScanner.scan(page, into: &columns) { rows in
            var used = 0
            for field in Self.texts where rows.hasEscapes(field) {
                for row in 0..<rows.count {
                    guard let text = rows.text(field, row), text.isEscaped else { continue }
                    used += Unescaped.write(
                        UnsafeRawBufferPointer(rebasing: page[text.range]),
                        into: UnsafeMutableRawBufferPointer(rebasing: plain[used...])) ?? 0
                }
            }
            take(rows)
        }
    }

    func answer() throws -> String {
        var sums: [RowField: UInt64] = [:]
        var count: UInt64 = 0
        for page in pages {
            let plain = plain
            try decode(page) { rows in
                var used = 0
                for field in Self.texts {
                    for row in 0..<rows.count {
                        guard let text = rows.text(field, row) else { continue }
                        var bytes = UnsafeRawBufferPointer(rebasing: page[text.range])
                        if text.isEscaped {
                            let length = Unescaped.write(bytes, into: UnsafeMutableRawBufferPointer(rebasing: plain[used...])) ?? 0
                            bytes = UnsafeRawBufferPointer(rebasing: plain[used..<(used + length)])
                            used += length
                        }
                        sums[field, default: 0] &+= (count + UInt64(row) + 1) &* (UInt64(CRC32.of(bytes)) + 1)
                    }
                }
                for field in Self.integers {
                    for row in 0..<rows.count {
                        guard let value = rows.integer(field, row) else { continue }
                        sums[field, default: 0] &+= (count + UInt64(row) + 1) &* UInt64(bitPattern: value)
                    }
                }
                count += UInt64(rows.count)
            }
        }
        let members = (Self.integers + Self.texts).map { "\"\($0.name)\":\"\(sums[$0] ?? 0)\"" }
        return "{\"rows\":\(count),\(members.joined(separator: ","))}"
    }
}

/// The checksum of zlib, with which every peer tells what it has read.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }

    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        ~bytes.reduce(~0) { rest, byte in rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] }
    }
}
