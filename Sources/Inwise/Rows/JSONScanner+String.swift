// SPDX-License-Identifier: MIT

internal import CByteScan

extension JSONScanner {
    /// Where a string's characters lie, without its quotes.
    struct Text {
        var start: Int
        var length: Int
        /// Whether it holds escapes, so that its bytes are not yet its characters.
        var isEscaped: Bool
    }

    /// Reads the string whose opening quote is at the position, and checks its escapes; that all is UTF-8, `open` has seen to.
    @inline(__always)
    mutating func string() throws(ScanFault) -> Text {
        let start = position &+ 1
        var at = start
        var isEscaped = false
        while true {
            while at &+ 32 <= count {
                let special = inwise_special32(base + at)
                guard special == 0 else {
                    at &+= special.trailingZeroBitCount
                    break
                }
                at &+= 32
            }
            guard at < count else { throw fault(.stringEnd, at: count) }
            let byte = load(at)
            if byte == ASCII.quote {
                position = at &+ 1
                return Text(start: start, length: at &- start, isEscaped: isEscaped)
            }
            if byte == ASCII.backslash {
                at = try endOfEscape(at)
                isEscaped = true
            } else if byte < 0x20 {
                throw fault(.controlCharacter, at: at)
            } else {
                at &+= 1
            }
        }
    }

    /// The offset behind the escape that begins at `at`; a surrogate pair is one.
    private func endOfEscape(_ at: Int) throws(ScanFault) -> Int {
        guard at &+ 1 < count else { throw fault(.stringEnd, at: count) }
        switch load(at &+ 1) {
        case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return at &+ 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(at &+ 2)
            switch unit {
            case 0: throw fault(.nulCharacter, at: at)
            case 0xDC00...0xDFFF: throw fault(.surrogate, at: at)
            case 0xD800...0xDBFF:
                guard at &+ 7 < count, load(at &+ 6) == ASCII.backslash, load(at &+ 7) == UInt8(ascii: "u"),
                    0xDC00...0xDFFF ~= (try codeUnit(at &+ 8))
                else { throw fault(.surrogate, at: at) }
                return at &+ 12
            default: return at &+ 6
            }
        default: throw fault(.escape, at: at)
        }
    }

    /// The value of the four hexadecimal digits at `at`.
    private func codeUnit(_ at: Int) throws(ScanFault) -> UInt32 {
        var unit: UInt32 = 0
        for offset in at..<(at &+ 4) {
            guard offset < count else { throw fault(.stringEnd, at: count) }
            guard let digit = Unescaped.hexDigit(load(offset)) else { throw fault(.escape, at: at &- 2) }
            unit = unit &<< 4 | digit
        }
        return unit
    }

    /// Checks that all that is left is UTF-8, whatever else it is.
    func checkEncoding() throws(ScanFault) {
        var at = position
        while true {
            at &+= inwise_utf8_prefix(base + at, count &- at)
            while at < count, load(at) < 0x80 { at &+= 1 }
            guard at < count else { return }
            at = try endOfUTF8(at)
        }
    }

    /// The offset behind the run of characters beyond ASCII that begins at `at`.
    private func endOfUTF8(_ at: Int) throws(ScanFault) -> Int {
        var at = at
        while at < count {
            let first = load(at)
            guard first >= 0x80 else { break }
            // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
            let length: Int
            let second: ClosedRange<UInt8>
            switch first {
            case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: throw fault(.encoding, at: at)
            }
            guard at &+ length <= count, second ~= load(at &+ 1) else { throw fault(.encoding, at: at) }
            for offset in 2..<max(length, 2) where load(at &+ offset) & 0xC0 != 0x80 { throw fault(.encoding, at: at) }
            at &+= length
        }
        return at
    }

    /// Whether bytes are UTF-8, whatever else they are.
    static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            try JSONScanner(bytes).checkEncoding()
            return true
        } catch {
            return false
        }
    }

    /// Whether bytes are members of an object, at least one, without the braces around them.
    static func areMembers(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            var json = JSONScanner(bytes)
            while true {
                json.skipWhitespace()
                _ = try json.key()
                try json.skipValue(inside: 2)
                json.skipWhitespace()
                guard json.byte == ASCII.comma else { break }
                json.position &+= 1
            }
            try json.end()
            return true
        } catch {
            return false
        }
    }
}
