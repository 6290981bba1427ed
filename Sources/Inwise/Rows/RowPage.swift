// SPDX-License-Identifier: MIT

/// A page of rows: its bytes, and where each row lies in them. Not thread-safe: it has one owner.
package final class RowPage {
    package let kind: RowKind
    private let buffer: ByteBuffer
    private let columns: RowColumns

    /// The identity of each row, in the page's order: the value of `kind.identityField`.
    ///
    /// A row without one (missing, null, a fraction, a text that is no 64-bit integer) gets a negative hash of its bytes
    /// and of how many equal rows came before it in this page, so that a page that comes again is known again.
    package let identities: [Int64]

    /// Whether every row had an identity of its own; true of a page without rows.
    package let hasIdentities: Bool

    package var count: Int { columns.count }

    /// Scans and checks a page, and takes over the buffer.
    ///
    /// It accepts what jansson accepts of arrays of objects: strict JSON (RFC 8259) in UTF-8 without `\u0000`, at most
    /// 2,048 levels deep, its integers within 64 bits and its reals within a `Double`. Of a key that a row holds twice,
    /// the last counts. Throws `.protocol` for anything else, with the byte at which it is wrong and what was
    /// expected there; `.memory`. A row takes about 60 bytes beside its own.
    package init(_ bytes: ByteBuffer, _ kind: RowKind) throws(InwiseError) {
        let text = bytes.bytes
        var columns = RowColumns()
        do {
            try RowScanner.scan(text, as: kind, into: &columns)
        } catch {
            throw error.error(in: .answer)
        }
        (identities, hasIdentities) = Self.identities(of: columns, in: text)
        self.columns = columns
        self.kind = kind
        buffer = bytes
    }

    private static func identities(
        of columns: borrowing RowColumns, in text: UnsafeRawBufferPointer
    ) -> (identities: [Int64], hasAll: Bool) {
        var identities: [Int64] = []
        identities.reserveCapacity(columns.count)
        var hashed: [(hash: UInt64, row: Int)] = []
        for row in 0..<columns.count {
            if columns.presence[row].contains(.identity) {
                identities.append(columns.identities[row])
            } else {
                let bytes = UnsafeRawBufferPointer(rebasing: text[Int(columns.starts[row])..<Int(columns.ends[row])])
                hashed.append((ByteHash.hash(bytes), row))
                identities.append(0)
            }
        }
        guard !hashed.isEmpty else { return (identities, true) }
        // Equal rows stand side by side, in the page's order.
        hashed.sort { ($0.hash, $0.row) < ($1.hash, $1.row) }
        var equals: UInt64 = 0
        for index in hashed.indices {
            let (hash, row) = hashed[index]
            equals = index > 0 && hashed[index - 1].hash == hash ? equals + 1 : 0
            // Negative, and so apart from the ids that services give.
            identities[row] = Int64(bitPattern: ByteHash.mix(hash, with: equals)) | Int64.min
        }
        return (identities, false)
    }

    // MARK: - Text

    /// The page as JSON text: a new buffer, or the page's own.
    ///
    /// Ids that came as strings are written as integers; every other byte of a row stays as it came.
    ///
    /// - Parameter rows: positions of the rows to keep, ascending; nil for all of them. All rows with nothing to change
    ///   are the page's own buffer, untouched: the page must not be used any more then.
    /// - Throws: `.memory`; `.internal` for positions that are no rows or don't ascend.
    package func text(keeping rows: [Int]? = nil) throws(InwiseError) -> ByteBuffer {
        if let rows { try check(rows) }
        let text = buffer.bytes
        var patch = 0
        guard let rows, rows.count < count else {
            guard columns.patches.count > 0 else { return buffer }
            let output = ByteBuffer()
            try output.reserve(text.count)
            try columns.patches.write(0..<text.count, of: text, next: &patch, to: output)
            return output
        }
        let output = ByteBuffer()
        try output.append("[")
        var index = 0
        while index < rows.count {
            let first = rows[index]
            var last = first
            index += 1
            // Neighbours go in one piece, with what stands between them.
            while index < rows.count, rows[index] == last + 1 {
                last += 1
                index += 1
            }
            if output.count > 1 { try output.append(",") }
            let range = Int(columns.starts[first])..<Int(columns.ends[last])
            try columns.patches.write(range, of: text, next: &patch, to: output)
        }
        try output.append("]")
        return output
    }

    private func check(_ rows: [Int]) throws(InwiseError) {
        var next = 0
        for row in rows {
            guard row >= next, row < count else {
                throw InwiseError(.internal, "Rows to keep must be ascending positions below \(count), not \(row). Please report this.")
            }
            next = row + 1
        }
    }
}
