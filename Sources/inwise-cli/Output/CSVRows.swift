// SPDX-License-Identifier: MIT

/// CSV as RFC 4180 has it. A null or missing value is nothing at all, an empty text is `""`; numbers and texts are as
/// they came, whatever a spreadsheet may make of them.
struct CSVRows: RowWriter {
    private(set) var rows = 0
    private var fields: FieldNames
    private var hasHeader = false

    /// The last column: what a row has beyond the others, as a JSON object. A field of that name is found in there.
    private static let other = Array("other".utf8)

    init(columns: [String]) { fields = FieldNames(columns) }

    mutating func write(_ page: JSONText, to output: Output) {
        if !hasHeader {
            fields.add(fieldsOf: page, except: Self.other)
            writeHeader(output)
        }
        page.eachElement { row in
            writeRow(row, of: page, to: output)
            rows += 1
        }
    }

    mutating func finish(_ output: Output) {
        if !hasHeader { writeHeader(output) }
    }

    /// An object alone: its names as the header, its values as the only row.
    func write(object: JSONText, to output: Output) {
        var names: [[UInt8]] = []
        var values: [[UInt8]] = []
        object.eachMember(of: object.whole) { name, value in
            names.append(cell(object.characters(name)))
            values.append(cell(value, of: object))
        }
        writeLine(names, output)
        writeLine(values, output)
    }

    private mutating func writeHeader(_ output: Output) {
        hasHeader = true
        writeLine((fields.names + [Self.other]).map(cell), output)
    }

    private func writeRow(_ row: Range<Int>, of page: JSONText, to output: Output) {
        var cells = [[UInt8]](repeating: [], count: fields.names.count + 1)
        var others: [UInt8] = []
        var guess = 0
        page.eachMember(of: row) { name, value in
            if let index = fields.index(of: page.characters(name), guess: guess) {
                cells[index] = cell(value, of: page)
                guess = index + 1
            } else {
                others.append(UInt8(ascii: others.isEmpty ? "{" : ","))
                page.appendCompact(name, to: &others)
                others.append(UInt8(ascii: ":"))
                page.appendCompact(value, to: &others)
            }
        }
        if !others.isEmpty {
            others.append(UInt8(ascii: "}"))
            cells[cells.count - 1] = cell(others)
        }
        writeLine(cells, output)
    }

    private func writeLine(_ cells: [[UInt8]], _ output: Output) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { output.append(",") }
            output.append(cell)
        }
        output.append("\r\n")
    }

    private func cell(_ value: Range<Int>, of text: JSONText) -> [UInt8] {
        text.isNull(value) ? [] : cell(text.characters(value))
    }

    /// A text with the quotes that it needs.
    private func cell(_ text: [UInt8]) -> [UInt8] {
        let text = Output.isTerminal ? TerminalText(text).bytes : text
        let quote = UInt8(ascii: "\"")
        let special: [UInt8] = [quote, UInt8(ascii: ","), 0x0A, 0x0D]
        guard text.isEmpty || text.contains(where: special.contains) else { return text }
        var quoted: [UInt8] = [quote]
        for byte in text {
            if byte == quote { quoted.append(quote) }
            quoted.append(byte)
        }
        quoted.append(quote)
        return quoted
    }
}
