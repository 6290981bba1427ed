// SPDX-License-Identifier: MIT

/// The first 100 bytes of an SQLite file, big-endian, as "Database File Format" of SQLite's documentation has them.
///
/// Pages that are still in the write-ahead log can be newer; what no mirror ever changes is the same in both.
struct MirrorHeader {
    static let count = 100

    private let bytes: [UInt8]

    /// - Parameter bytes: `count` of them.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isSQLite: Bool { bytes.starts(with: Array("SQLite format 3\u{0}".utf8)) }
    var applicationID: Int32 { Int32(bitPattern: word(68)) }
    var version: Int32 { Int32(bitPattern: word(60)) }

    var pageSize: Int64 {
        let size = Int64(word(16) >> 16)
        return size == 1 ? 65_536 : size
    }

    /// How long the file must be; nil where the header doesn't say.
    var fileSize: Int64? {
        // The number of pages counts only if the change counter is that of the version which wrote it.
        word(24) == word(92) && word(28) > 0 ? Int64(word(28)) * pageSize : nil
    }

    /// Whether all is there that every mirror has: fixed bytes, no vacuum by itself, the newest format of tables, UTF-8.
    var isIntact: Bool {
        let pageSize = self.pageSize
        return pageSize >= 512 && pageSize & (pageSize - 1) == 0
            && bytes[18] == bytes[19] && (1...2).contains(bytes[18]) && bytes[20] == 0
            && bytes[21...23].elementsEqual([64, 32, 32])
            && word(44) == 4 && word(52) == 0 && word(56) == 1 && word(64) == 0
    }

    private func word(_ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
