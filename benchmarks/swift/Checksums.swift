// SPDX-License-Identifier: MIT

import Inwise

/// Sums by which a worker shows that it has read, or kept, every field of every row; the peers count the same.
struct Checksums {
    private(set) var rows: UInt64 = 0
    private var sums: [RowField: UInt64] = [:]
    private static let texts: [RowField] = [.actionDate, .ip, .actionType, .remarks, .additionalData]
    private static let integers: [RowField] = [.id, .contactID, .campaignID]

    /// Adds the rows of a page.
    ///
    /// - Parameter plain: memory as large as the page.
    mutating func add(
        _ page: UnsafeRawBufferPointer, into columns: inout RowColumns, _ plain: UnsafeMutableRawBufferPointer
    ) throws {
        let before = rows
        var sums = sums
        var count = 0
        try RowScanner.scan(page, into: &columns) { rows in
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
                    sums[field, default: 0] &+= (before + UInt64(row) + 1) &* (UInt64(CRC32.of(bytes)) + 1)
                }
            }
            for field in Self.integers {
                for row in 0..<rows.count {
                    guard let value = rows.integer(field, row) else { continue }
                    sums[field, default: 0] &+= (before + UInt64(row) + 1) &* UInt64(bitPattern: value)
                }
            }
            count += rows.count
        }
        self.sums = sums
        rows += UInt64(count)
    }

    /// The members of a JSON object.
    var members: String {
        let sums = (Self.integers + Self.texts).map { "\"\($0.name)\":\"\(self.sums[$0] ?? 0)\"" }
        return "\"rows\":\(rows),\(sums.joined(separator: ","))"
    }
}

/// The checksum of zlib.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }

    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        ~bytes.reduce(~0) { rest, byte in rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] }
    }
}
