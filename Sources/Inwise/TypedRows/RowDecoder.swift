// SPDX-License-Identifier: MIT

/// Turns pages of JSON text into typed rows. It has one owner: pages read one after the other share its memory.
final class RowDecoder<Row> {
    private let kind: RowKind
    private let makeRow: (inout RowTaker, borrowing RowColumns) -> Row
    private var columns = RowColumns()

    init(_ kind: RowKind, _ makeRow: @escaping (inout RowTaker, borrowing RowColumns) -> Row) {
        self.kind = kind
        self.makeRow = makeRow
    }

    func rows(of page: ByteBuffer) throws(InwiseError) -> [Row] {
        let text = page.bytes
        var taker = RowTaker(text)
        var rows: [Row] = []
        var failure: InwiseError?
        let fields = kind.fields.reduce(into: UInt64(0)) { $0 |= 1 << UInt64($1.rawValue) }
        do {
            try RowScanner.scan(text, into: &columns) { columns in
                rows.reserveCapacity(rows.count + columns.count)
                for row in 0..<columns.count where failure == nil {
                    do throws(InwiseError) {
                        try taker.begin(row, of: columns, kind, fields: fields)
                        rows.append(makeRow(&taker, columns))
                    } catch {
                        failure = error
                    }
                }
            }
        } catch {
            throw error.error(in: .answer)
        }
        if let failure { throw failure }
        return withExtendedLifetime(page) { rows }
    }
}
