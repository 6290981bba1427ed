// SPDX-License-Identifier: MIT

internal import Inwise

/// JSON text as the library gives it: it has been checked, so its structure is followed and not doubted. Whatever it
/// holds, nothing outside of it is read.
struct JSONText {
    let bytes: UnsafeRawBufferPointer

    /// - Parameter bytes: must outlive the value.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var whole: Range<Int> { 0..<bytes.count }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    // MARK: Walking

    /// Visits the elements of the array that the text is.
    func eachElement(_ body: (Range<Int>) throws -> Void) rethrows {
        var next: Int? = skipBlanks(0) + 1
        while let at = next, let value = value(at) {
            try body(value)
            next = behindComma(value)
        }
    }

    /// Visits the members of an object.
    ///
    /// - Parameter body: gets the name, with its quotes, and the value.
    func eachMember(of object: Range<Int>, _ body: (_ name: Range<Int>, _ value: Range<Int>) throws -> Void) rethrows {
        var next: Int? = skipBlanks(object.lowerBound) + 1
        while let at = next, let name = value(at), let value = value(skipBlanks(name.upperBound) + 1) {
            try body(name, value)
            next = behindComma(value)
        }
    }

    /// Where the next value begins; nil if this was its container's last.
    private func behindComma(_ value: Range<Int>) -> Int? {
        let at = skipBlanks(value.upperBound)
        return at < bytes.count && bytes[at] == UInt8(ascii: ",") ? at + 1 : nil
    }

    /// The value that begins at an offset or behind blanks; nil where a container or the text ends.
    private func value(_ start: Int) -> Range<Int>? {
        let start = skipBlanks(start)
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "]"), UInt8(ascii: "}"): return nil
        case Self.quote: return start..<endOfString(start)
        case UInt8(ascii: "["), UInt8(ascii: "{"): return start..<endOfContainer(start)
        default:
            var end = start + 1
            while end < bytes.count, !Self.endsScalar(bytes[end]) { end += 1 }
            return start..<end
        }
    }

    private func skipBlanks(_ start: Int) -> Int {
        var at = start
        while at < bytes.count, Self.isBlank(bytes[at]) { at += 1 }
        return at
    }

    private func endOfString(_ start: Int) -> Int {
        var at = start + 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == Self.quote { return at + 1 }
            at += byte == Self.backslash ? 2 : 1
        }
        return bytes.count
    }

    private func endOfContainer(_ start: Int) -> Int {
        var depth = 0
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case Self.quote:
                at = endOfString(at)
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return bytes.count
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }

    // MARK: Values

    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    func isString(_ value: Range<Int>) -> Bool { bytes[value.lowerBound] == Self.quote }

    func isNull(_ value: Range<Int>) -> Bool { bytes[value.lowerBound] == UInt8(ascii: "n") }

    func isNumber(_ value: Range<Int>) -> Bool {
        let first = bytes[value.lowerBound]
        return first == UInt8(ascii: "-") || (first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9"))
    }

    /// A string's characters; of any other value its JSON, without blanks.
    func characters(_ value: Range<Int>) -> [UInt8] {
        var characters: [UInt8] = []
        guard isString(value) else {
            appendCompact(value, to: &characters)
            return characters
        }
        let inner = slice((value.lowerBound + 1)..<max(value.lowerBound + 1, value.upperBound - 1))
        guard inner.contains(Self.backslash) else { return Array(inner) }
        return [UInt8](unsafeUninitializedCapacity: inner.count) { room, count in
            count = Unescaped.write(inner, into: UnsafeMutableRawBufferPointer(room)) ?? 0
        }
    }

    /// The value without blanks between its parts: on one line.
    func appendCompact(_ value: Range<Int>, to output: inout [UInt8]) {
        var at = value.lowerBound
        while at < value.upperBound {
            // Runs between blanks, each string in one piece.
            var end = at
            while end < value.upperBound, !Self.isBlank(bytes[end]) {
                end = bytes[end] == Self.quote ? min(endOfString(end), value.upperBound) : end + 1
            }
            output.append(contentsOf: bytes[at..<end])
            at = end
            while at < value.upperBound, Self.isBlank(bytes[at]) { at += 1 }
        }
    }
}
