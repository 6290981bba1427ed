// SPDX-License-Identifier: MIT

// The standard library's own forms of these would bring in its regular expressions: 1.6 MB.
extension String {
    /// Whether it contains another, byte for byte.
    func contains(substring: String) -> Bool {
        let needle = Array(substring.utf8), hay = Array(utf8)
        guard !needle.isEmpty, hay.count >= needle.count else { return false }
        return (0...(hay.count - needle.count)).contains { start in hay[start..<(start + needle.count)].elementsEqual(needle) }
    }

    /// Without blanks and tabs at its ends.
    var trimmingBlanks: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
