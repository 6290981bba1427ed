// SPDX-License-Identifier: MIT

/// An input is, by its first byte,
///
///     F…    a saved funnel, header and all
///     B…    the body of one: header and checksum are made for it
///     else  pages of rows with a NUL between, each a kind (s sent, u undelivered, else activities) and a JSON array
enum FunnelTarget {
    static func run(_ input: [UInt8]) throws {
        switch input.first {
        case UInt8(ascii: "F"): try FunnelJudge.judge(saved: Array(input.dropFirst()))
        case UInt8(ascii: "B"): try FunnelJudge.judge(saved: file(ofBody: Array(input.dropFirst())))
        default:
            let parts = input.split(separator: 0, maxSplits: 7)
            try FunnelJudge.judge(pages: parts.map { part in (kind(part[part.startIndex]), Array(part.dropFirst())) })
        }
    }

    private static func kind(_ letter: UInt8) -> RowKind {
        switch letter {
        case UInt8(ascii: "s"): .sentEmails
        case UInt8(ascii: "u"): .undelivered
        default: .activities
        }
    }

    private static func file(ofBody body: [UInt8]) throws -> [UInt8] {
        // The first two words of any saved funnel, then the length and the checksum of this one.
        let beginning = try Funnel().savedBytes.prefix(16)
        let sum = body.withUnsafeBytes { ByteHash.hash($0, seed: FunnelFile.version) }
        return [UInt64(body.count), sum].reduce(into: Array(beginning)) { header, word in
            withUnsafeBytes(of: word.littleEndian) { header += $0 }
        } + body
    }
}
