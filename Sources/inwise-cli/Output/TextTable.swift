// SPDX-License-Identifier: MIT

/// A table of few lines that are all there.
struct TextTable {
    private let names: [String]
    private let lines: [[String]]
    private let isNumeric: (Int) -> Bool

    /// - Parameter numeric: columns that are set to the right.
    init(_ names: [String], _ lines: [[String]], numeric: some RangeExpression<Int>) {
        self.names = names
        self.lines = lines
        isNumeric = { numeric.contains($0) }
    }

    /// - Parameter width: of the terminal; nil for no limit.
    func text(width: Int?) -> String {
        var columns = names.map { ColumnLayout.Column(name: TerminalText($0)) }
        for line in lines {
            for (index, cell) in line.enumerated() { columns[index].take(TerminalText(cell), isNumber: isNumeric(index)) }
        }
        let layout = ColumnLayout(columns, width: width)
        return layout.header + lines.map { layout.line($0.map { TerminalText($0) }) }.joined()
    }
}
