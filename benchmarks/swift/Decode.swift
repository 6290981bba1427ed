// SPDX-License-Identifier: MIT

import Inwise

/// 100 pages, in memory already, into columns of every field: integers, and texts without their escapes.
final class Decode: Work {
    private let pages: [UnsafeRawBufferPointer]
    private var columns = RowColumns()
    /// Characters of the texts that have escapes.
    private let plain: UnsafeMutableRawBufferPointer
    private static let texts: [RowField] = [.actionDate, .ip, .actionType, .remarks, .additionalData]

    init(folder: String) throws {
        pages = try (0..<100).map { try contents(of: "\(folder)/\(pageName($0))") }
        plain = .allocate(byteCount: pages.map(\.count).max() ?? 0, alignment: 1)
    }

    func perform() throws {
        for page in pages { try decode(page) }
    }

    private func decode(_ page: UnsafeRawBufferPointer) throws {
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
        }
    }

    func answer() throws -> String {
        var checksums = Checksums()
        for page in pages { try checksums.add(page, into: &columns, plain) }
        return "{\(checksums.members)}"
    }
}
