// SPDX-License-Identifier: MIT

/// Takes the fields out of one row, each by its rule (`Tests/Vectors/README.md` has them); what no field takes is left in `extra`.
struct RowTaker {
    private let page: UnsafeRawBufferPointer
    private var row = 0
    /// Remembers the day that neighbours share.
    private var time = EventTime()
    private var rest: [(name: String, value: JSON)] = []

    init(_ page: UnsafeRawBufferPointer) { self.page = page }

    /// Goes to a row.
    mutating func begin(_ row: Int, of columns: borrowing RowColumns, _ kind: RowKind, fields: UInt64) throws(InwiseError) {
        self.row = row
        if !rest.isEmpty { rest = [] }
        guard !columns.hasOnly(fields, row) else { return }
        rest = try JSON.members(ofRow: UnsafeRawBufferPointer(rebasing: page[columns.span(of: row)]))
        for field in kind.fields {
            guard let index = rest.firstIndex(where: { field.isNamed($0.name) }) else { continue }
            if columns.has(field, row) || rest[index].value == .null { rest.remove(at: index) }
        }
    }

    /// What is left: an object.
    var extra: JSON { .object(rest) }

    /// An integer, in quotes or not.
    func integer(_ field: RowField, _ columns: borrowing RowColumns) -> Int64? { columns.integer(field, row) }

    /// A text, or an integer's digits.
    mutating func text(_ field: RowField, _ columns: borrowing RowColumns) -> String? {
        if let text = columns.text(field, row) { return string(text) }
        guard !rest.isEmpty, let index = rest.firstIndex(where: { field.isNamed($0.name) }), case .integer(let number) = rest[index].value
        else { return nil }
        rest.remove(at: index)
        return String(number)
    }

    /// A text that is a date.
    mutating func date(_ field: RowField, _ columns: borrowing RowColumns) -> LocalDateTime? {
        guard let text = columns.text(field, row) else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: page[text.range])
        if !text.isEscaped, let date = LocalDateTime.reading(bytes, &time) { return date }
        let string = string(text)
        if text.isEscaped, let date = LocalDateTime(string) { return date }
        rest.append(("\(field.name)", .string(string)))
        return nil
    }

    private func string(_ text: RowColumns.Text) -> String {
        let bytes = UnsafeRawBufferPointer(rebasing: page[text.range])
        return text.isEscaped ? Unescaped.withBytes(of: bytes) { String(decoding: $0, as: UTF8.self) } : String(decoding: bytes, as: UTF8.self)
    }
}

extension RowField {
    fileprivate func isNamed(_ name: String) -> Bool { "\(self.name)".utf8.elementsEqual(name.utf8) }
}
