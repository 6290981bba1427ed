// SPDX-License-Identifier: MIT

/// Rows in aligned columns. The first page says which columns there are and how wide; the terminal, how wide all may be.
struct TableRows: RowWriter {
    private(set) var rows = 0
    private let documented: [String]
    private let width: Int?
    private var fields = FieldNames([])
    private var layout: ColumnLayout?
    /// Fields that some row had and no column shows.
    private var hidden: [String] = []

    /// - Parameter width: of the terminal; nil for no limit.
    init(columns: [String], width: Int?) {
        documented = columns
        self.width = width
    }

    var remark: String? {
        if rows == 0 { return "no rows" }
        guard !hidden.isEmpty else { return nil }
        return "the table leaves out \(hidden.joined(separator: ", ")): --format csv or json has every field"
    }

    mutating func write(_ page: JSONText, to output: Output) {
        if layout == nil { begin(page, output) }
        page.eachElement { row in
            let cells = cells(of: row, in: page)
            if let layout { output.append(layout.line(cells)) }
            rows += 1
        }
    }

    func finish(_ output: Output) {}

    private mutating func begin(_ page: JSONText, _ output: Output) {
        var seen = FieldNames([])
        seen.add(fieldsOf: page)
        let undocumented = seen.names.map { String(decoding: $0, as: UTF8.self) }.filter { !documented.contains($0) }
        let shown = documented.filter { seen.names.contains(Array($0.utf8)) } + undocumented
        fields = FieldNames(shown)
        var columns = shown.map { ColumnLayout.Column(name: TerminalText($0)) }
        page.eachElement { row in
            page.eachMember(of: row) { name, value in
                guard !page.isNull(value), let index = fields.index(of: page.characters(name), guess: 0) else { return }
                columns[index].take(TerminalText(page.characters(value)), isNumber: page.isNumber(value))
            }
        }
        let layout = ColumnLayout(columns, width: width)
        hidden = Array(shown[layout.columns.count...])
        fields = FieldNames(Array(shown[..<layout.columns.count]))
        output.append(layout.header)
        self.layout = layout
    }

    private mutating func cells(of row: Range<Int>, in page: JSONText) -> [TerminalText?] {
        var cells = [TerminalText?](repeating: nil, count: fields.names.count)
        var guess = 0
        page.eachMember(of: row) { name, value in
            let name = page.characters(name)
            if let index = fields.index(of: name, guess: guess) {
                cells[index] = page.isNull(value) ? nil : TerminalText(page.characters(value))
                guess = index + 1
            } else {
                let name = TerminalText(name).text
                if !hidden.contains(name), hidden.count < 20 { hidden.append(name) }
            }
        }
        return cells
    }
}
