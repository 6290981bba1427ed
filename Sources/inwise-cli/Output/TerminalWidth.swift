// SPDX-License-Identifier: MIT

internal import Glibc

enum TerminalWidth {
    /// Columns of the terminal that a stream goes to.
    static func of(_ stream: Int32) -> Int {
        var size = winsize()
        if ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? 80
    }
}
