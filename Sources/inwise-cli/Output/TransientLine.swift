// SPDX-License-Identifier: MIT

/// A line of the terminal that is written over, and gone at the end.
final class TransientLine {
    private let isShown: Bool
    private var isOnScreen = false

    init(isShown: Bool) { self.isShown = isShown }

    func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        StandardError.text("\r\(text())\u{1B}[K")
        isOnScreen = true
    }

    /// Makes room for what goes to the same terminal.
    func hide() { if Output.isTerminal { clear() } }

    func clear() {
        guard isOnScreen else { return }
        StandardError.text("\r\u{1B}[K")
        isOnScreen = false
    }
}
