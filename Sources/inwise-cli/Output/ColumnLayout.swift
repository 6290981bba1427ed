// SPDX-License-Identifier: MIT

/// How wide the columns of a table are, and how a line of it looks.
struct ColumnLayout {
    struct Column {
        let name: TerminalText
        /// As wide as its name and all that it has taken.
        fileprivate(set) var width: Int
        fileprivate(set) var isNumeric = true

        init(name: TerminalText) {
            self.name = name
            width = name.width
        }

        mutating func take(_ text: TerminalText, isNumber: Bool) {
            width = max(width, text.width)
            isNumeric = isNumeric && isNumber
        }

        /// Half a number is a wrong number, and half a date or type tells too little; of a long text the beginning may do.
        fileprivate var narrowest: Int { isNumeric || width <= Column.short ? width : 12 }
        /// The length of a date and time.
        private static let short = 19
    }

    /// The columns that are shown: the first of those given.
    let columns: [Column]
    private let isLimited: Bool
    private static let gap = 2

    /// Narrows the widest columns of text until all fit; leaves columns out at the end if they never do.
    ///
    /// - Parameter width: columns of the terminal; nil for no limit.
    init(_ columns: [Column], width: Int?) {
        isLimited = width != nil
        guard let width else {
            self.columns = columns
            return
        }
        var shown = columns
        while shown.count > 1, Self.total(shown.map(\.narrowest)) > width { shown.removeLast() }
        var level = shown.map(\.width).max() ?? 0
        func widths() -> [Int] { shown.map { min($0.width, max(level, $0.narrowest)) } }
        while level > 1, Self.total(widths()) > width { level -= 1 }
        for (index, width) in widths().enumerated() { shown[index].width = width }
        self.columns = shown
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * max(0, widths.count - 1) }

    /// The names, and a rule below them.
    var header: String { line(columns.map(\.name)) + line(columns.map { TerminalText(String(repeating: "─", count: $0.width)) }) }

    /// - Parameter cells: one for each column; nil for nothing.
    func line(_ cells: [TerminalText?]) -> String {
        var line = ""
        /// Blanks are owed until something follows them.
        var blanks = 0
        for (column, cell) in zip(columns, cells) {
            let cell = cell.map { isLimited ? $0.cut(to: column.width) : $0 }
            let padding = max(0, column.width - (cell?.width ?? 0))
            if let cell, cell.width > 0 {
                line += String(repeating: " ", count: blanks + (column.isNumeric ? padding : 0)) + cell.text
                blanks = column.isNumeric ? 0 : padding
            } else {
                blanks += padding
            }
            blanks += Self.gap
        }
        return line + "\n"
    }
}
