// SPDX-License-Identifier: MIT

/// How far a walk is, on one line of the terminal that is written over and gone at the end.
final class Progress {
    private let isShown: Bool
    private var isOnScreen = false
    private(set) var rows = 0
    private var pages = 0

    init(isShown: Bool) { self.isShown = isShown }

    func add(rows count: Int) {
        rows += count
        if count > 0 { pages += 1 }
        guard isShown else { return }
        StandardError.text("\r\(rows.grouped) rows, \(pages.grouped) page\(pages == 1 ? "" : "s") …\u{1B}[K")
        isOnScreen = true
    }

    /// Makes room for rows that go to the same terminal.
    func hide() { if Output.isTerminal { clear() } }

    func clear() {
        guard isOnScreen else { return }
        StandardError.text("\r\u{1B}[K")
        isOnScreen = false
    }
}

extension FixedWidthInteger {
    /// With commas between thousands.
    var grouped: String {
        let digits = Array(String(magnitude))
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
