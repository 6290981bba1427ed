// SPDX-License-Identifier: MIT

/// Text as a terminal may get it: nothing in it moves the cursor, colours the screen or turns the direction of what
/// follows. Control characters are shown by the signs that Unicode has for them, others of the kind as U+FFFD.
struct TerminalText {
    private(set) var text: String
    /// Columns that it takes.
    private(set) var width: Int

    init(_ bytes: [UInt8]) {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            self.init(plain: String(decoding: bytes, as: UTF8.self), width: bytes.count)
        } else {
            self.init(String(decoding: bytes, as: UTF8.self))
        }
    }

    init(_ text: String) {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(Self.shown(scalar)) }
        self.text = String(shown)
        width = self.text.reduce(0) { $0 + Self.width($1) }
    }

    private init(plain text: String, width: Int) {
        self.text = text
        self.width = width
    }

    var bytes: [UInt8] { Array(text.utf8) }

    /// The text, or as much of it as goes with an ellipsis into so many columns.
    func cut(to limit: Int) -> TerminalText {
        guard width > limit else { return self }
        var cut = TerminalText(plain: "", width: 0)
        for character in text {
            let width = Self.width(character)
            guard cut.width + width < limit else { break }
            cut.text.append(character)
            cut.width += width
        }
        cut.text.append("…")
        cut.width += 1
        return cut
    }

    // MARK: Characters

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case _ where steers(scalar.value): "\u{FFFD}"
        default: scalar
        }
    }

    /// Whether it is a control character beyond ASCII, a line or paragraph separator, or turns the direction of text.
    private static func steers(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Columns of a character: of its widest part, since the others combine with it.
    private static func width(_ character: Character) -> Int {
        if let ascii = character.asciiValue, ascii >= 0x20 { return 1 }
        return character.unicodeScalars.reduce(0) { max($0, width($1)) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        case _ where scalar.properties.isEmojiPresentation || wide.contains { $0.contains(scalar.value) }: 2
        default: 1
        }
    }

    /// Blocks of East Asian scripts and full-width forms: close enough for columns.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]

    /// Replaces, from an offset on, what steers a terminal by JSON's escapes; it can only stand in strings.
    static func escape(_ json: inout [UInt8], from start: Int) {
        let steering = json[start...].contains { $0 >= 0x7F }
        guard steering else { return }
        var escaped: [UInt8] = []
        for scalar in String(decoding: json[start...], as: UTF8.self).unicodeScalars {
            if scalar.value == 0x7F || steers(scalar.value) {
                let digits = String(scalar.value, radix: 16)
                escaped.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            } else {
                escaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        json.replaceSubrange(start..., with: escaped)
    }
}
