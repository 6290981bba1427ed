// SPDX-License-Identifier: MIT

/// A page of rows: its bytes, and where each row lies in them. Not thread-safe: it has one owner.
package final class RowPage {
    package let kind: RowKind
    private let buffer: ByteBuffer
    /// Where each row lies, as `RowColumns.span`.
    private let spans: [Range<UInt32>]
    private let patches: PatchList

    /// The identity of each row, in the page's order: the value of `kind.identityField`.
    ///
    /// A row without one (missing, null, a fraction, a text that is no 64-bit integer) gets a negative hash of its bytes
    /// and of how many equal rows came before it in this page, so that a page that comes again is known again.
    package let identities: [Int64]

    /// Whether every row had an identity of its own; true of a page without rows.
    package let hasIdentities: Bool

    package var count: Int { spans.count }

    /// Scans and checks a page, and takes over the buffer.
    ///
    /// It accepts what jansson accepts of arrays of objects: strict JSON (RFC 8259) in UTF-8 without `\u0000`, at most
    /// 2,048 levels deep, its integers within 64 bits and its reals within a `Double`. Of a key that a row holds twice,
    /// the last counts. Throws `.protocol` for anything else, with the byte at which it is wrong and what was
    /// expected there; `.memory`. A row takes 16 bytes beside its own.
    ///
    /// - Parameter scratch: memory that pages read one after the other share; it wants patches.
    init(_ bytes: ByteBuffer, _ kind: RowKind, scratch: inout RowColumns) throws(InwiseError) {
        let text = bytes.bytes
        var identities: [Int64] = []
        var spans: [Range<UInt32>] = []
        // Rows without an identity of their own, by a hash of their bytes.
        var hashed: [(hash: UInt64, row: Int)] = []
        do {
            try RowScanner.scan(text, into: &scratch) { rows in
                if spans.isEmpty {
                    identities.reserveCapacity(rows.count)
                    spans.reserveCapacity(rows.count)
                }
                for row in 0..<rows.count {
                    let span = rows.span(of: row)
                    let identity = rows.integer(kind.identity, row)
                    if identity == nil {
                        hashed.append((ByteHash.hash(UnsafeRawBufferPointer(rebasing: text[span])), spans.count))
                    }
                    identities.append(identity ?? 0)
                    spans.append(UInt32(truncatingIfNeeded: span.lowerBound)..<UInt32(truncatingIfNeeded: span.upperBound))
                }
            }
        } catch {
            throw error.error(in: .answer)
        }
        Self.tellApart(&hashed, into: &identities)
        hasIdentities = hashed.isEmpty
        self.identities = identities
        self.spans = spans
        patches = scratch.takePatches()
        self.kind = kind
        buffer = bytes
    }

    package convenience init(_ bytes: ByteBuffer, _ kind: RowKind) throws(InwiseError) {
        var scratch = RowColumns(wantsPatches: true)
        try self.init(bytes, kind, scratch: &scratch)
    }

    /// Gives equal rows without an identity different ones, in the page's order.
    private static func tellApart(_ hashed: inout [(hash: UInt64, row: Int)], into identities: inout [Int64]) {
        hashed.sort { ($0.hash, $0.row) < ($1.hash, $1.row) }
        var equals: UInt64 = 0
        for index in hashed.indices {
            let (hash, row) = hashed[index]
            equals = index > 0 && hashed[index - 1].hash == hash ? equals + 1 : 0
            // Negative, and so apart from the ids that services give.
            identities[row] = Int64(bitPattern: ByteHash.mix(hash, with: equals)) | Int64.min
        }
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
            guard patches.count > 0 else { return buffer }
            let output = ByteBuffer()
            try output.reserve(text.count)
            try patches.write(0..<text.count, of: text, next: &patch, to: output)
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
            let range = Int(spans[first].lowerBound)..<Int(spans[last].upperBound)
            try patches.write(range, of: text, next: &patch, to: output)
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
