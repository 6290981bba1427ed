// SPDX-License-Identifier: MIT

/// How far a walk is, on one line of the terminal.
final class Progress {
    private let line: TransientLine
    private(set) var rows = 0
    private var pages = 0

    init(isShown: Bool) { line = TransientLine(isShown: isShown) }

    func add(rows count: Int) {
        rows += count
        if count > 0 { pages += 1 }
        line.show("\(rows.grouped) rows, \(pages.of("page")) …")
    }

    func hide() { line.hide() }
    func clear() { line.clear() }
}
