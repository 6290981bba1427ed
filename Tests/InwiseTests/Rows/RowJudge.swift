// SPDX-License-Identifier: MIT

@testable import Inwise

/// The scanner beside jansson: it accepts what jansson accepts, and reads what jansson reads. Tests and the fuzzer share it.
struct RowJudge {
    /// Where the two differ.
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    private let page: [UInt8]
    private let kind: RowKind

    // MARK: - Pages

    /// Throws a `Difference` if there is one.
    ///
    /// - Returns: whether jansson accepted the page.
    @discardableResult
    static func compare(_ page: [UInt8], _ kind: RowKind) throws -> Bool {
        let judge = RowJudge(page: page, kind: kind)
        let tree = Jansson(page)
        return try withExtendedLifetime(tree) {
            guard let tree, let rows = tree.rows else {
                try judge.compareFault()
                return false
            }
            try judge.compareIdentities(rows)
            try judge.compareColumns(rows)
            try judge.compareText(tree, rows)
            return true
        }
    }

    private func compareFault() throws {
        try expect(RowText.fault(page, kind)?.code == .protocol, "jansson refuses what RowPage accepts")
        try exactly(page) { text in
            var columns = RowColumns()
            do throws(ScanFault) {
                try RowScanner.scan(text, into: &columns) { _ in }
            } catch {
                return try expect((0...page.count).contains(error.offset), "a fault lies outside the text")
            }
            try expect(false, "jansson refuses what RowScanner accepts")
        }
    }

    private func compareIdentities(_ rows: [Jansson.Node]) throws {
        let scanned = try self.scanned()
        try expect(scanned.count == rows.count, "not the same number of rows")
        let own = rows.map { Jansson.integer(kind.identityField, of: $0) }
        try expect(scanned.hasIdentities == !own.contains(nil), "hasIdentities")
        for (identity, own) in zip(scanned.identities, own) {
            try expect(own == nil ? identity < 0 : identity == own, "an identity")
        }
    }

    private func compareColumns(_ rows: [Jansson.Node]) throws {
        try exactly(page) { text in
            var columns = RowColumns()
            var count = 0
            var found: Result<Void, any Error> = .success(())
            try? RowScanner.scan(text, into: &columns) { batch in
                do { try compare(batch, text, rows[count...]) } catch { found = .failure(error) }
                count += batch.count
            }
            try found.get()
            try expect(count == rows.count, "jansson accepts what RowScanner refuses")
        }
    }

    private func compare(
        _ batch: borrowing RowColumns, _ text: UnsafeRawBufferPointer, _ rows: ArraySlice<Jansson.Node>
    ) throws {
        try expect(batch.count <= rows.count, "too many rows")
        for row in 0..<batch.count {
            let (node, span) = (rows[rows.startIndex + row], batch.span(of: row))
            try expect(text[span.lowerBound] == 0x7B && text[span.upperBound - 1] == 0x7D, "a row's place")
            for field in RowField.allCases {
                if field.rawValue < RowField.integers {
                    try expect(batch.integer(field, row) == Jansson.integer(field.name, of: node), "\(field)")
                } else {
                    let place = batch.text(field, row)
                    try expect(RowText.text(at: place, in: text) == Jansson.text(field.name, of: node), "\(field)")
                    try expect(place?.isEscaped != true || batch.hasEscapes(field), "hasEscapes of \(field)")
                }
            }
        }
    }

    /// What the page writes; jansson's tree is changed by it.
    private func compareText(_ tree: Jansson, _ rows: [Jansson.Node]) throws {
        let scanned = try self.scanned()
        for row in rows { Jansson.unquoteIDs(of: row) }
        // Some rows, by a pattern that the page's length gives: neighbours, gaps, all, none.
        let positions = rows.indices.filter { page.count >> ($0 % 8) & 1 == 1 }
        let kept = Jansson(RowText.copy(try scanned.text(keeping: positions)))
        try withExtendedLifetime(kept) {
            let keptRows = kept?.rows ?? []
            try expect(kept != nil && keptRows.count == positions.count, "the text of some rows is not as many rows")
            for (row, position) in zip(keptRows, positions) {
                try expect(Jansson.isEqual(row, rows[position]), "row \(position) in the text of some rows")
            }
        }
        let all = Jansson(RowText.copy(try scanned.text()))
        let isEqual = withExtendedLifetime((all, tree)) { all.map { Jansson.isEqual($0.root, tree.root) } }
        try expect(isEqual == true, "the text of all rows")
    }

    private func scanned() throws -> RowPage {
        do {
            return try RowPage(RowText.buffer(page), kind)
        } catch {
            throw difference("jansson accepts what RowPage refuses: \(error)")
        }
    }

    // MARK: - Summaries

    /// The same for a summary, which is one object.
    static func compareSummary(_ object: [UInt8]) throws {
        let judge = RowJudge(page: object, kind: .activities)
        let tree = Jansson(object).flatMap { $0.isObject ? $0 : nil }
        let written = try? SummaryText.normalized(RowText.buffer(object))
        try judge.expect((written == nil) == (tree == nil), "one accepts the summary and one refuses it")
        guard let written, let tree else { return }
        Jansson.unquoteAll(of: tree.root)
        let read = Jansson(RowText.copy(written))
        let isEqual = withExtendedLifetime((read, tree)) { read.map { Jansson.isEqual($0.root, tree.root) } }
        try judge.expect(isEqual == true, "the text of the summary")
    }

    // MARK: - Help

    /// The text in memory that ends with it, so that AddressSanitizer sees a byte read behind it.
    private func exactly(_ text: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: text)
        try body(UnsafeRawBufferPointer(memory))
    }

    private func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        guard !condition else { return }
        throw difference(what())
    }

    private func difference(_ what: String) -> Difference {
        Difference(description: "\(what), in \(kind) \(String(decoding: page.prefix(300), as: UTF8.self))")
    }
}
