// SPDX-License-Identifier: MIT

/// Integers that a service wrote as strings.
enum QuotedInteger {
    /// The value of a text that is a 64-bit integer as a program would print it: no plus, no leading zero, no `-0`, no
    /// space. nil for any other text, which is then no number but a name.
    @inline(__always)
    static func value(of text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = text.first == ASCII.minus
        let first = isNegative ? 1 : 0
        let digits = text.count &- first
        guard digits >= 1, digits <= 19 else { return nil }
        if text[first] == ASCII.zero { return digits == 1 && !isNegative ? 0 : nil }
        var magnitude: UInt64 = 0
        for index in first..<text.count {
            let digit = text[index] &- ASCII.zero
            guard digit <= 9 else { return nil }
            magnitude = magnitude &* 10 &+ UInt64(digit)
        }
        guard magnitude <= UInt64(Int64.max) &+ (isNegative ? 1 : 0) else { return nil }
        return isNegative ? 0 &- Int64(truncatingIfNeeded: magnitude) : Int64(truncatingIfNeeded: magnitude)
    }
}

extension JSONScanner {
    /// The integer that a string spells, with or without escapes.
    @inline(__always)
    func quotedInteger(_ text: Text) -> Int64? {
        let bytes = UnsafeRawBufferPointer(start: base + text.start, count: text.length)
        guard text.isEscaped else { return QuotedInteger.value(of: bytes) }
        guard let count = Unescaped.write(bytes, into: scratch) else { return nil }
        return QuotedInteger.value(of: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    }
}
