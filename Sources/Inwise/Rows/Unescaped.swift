// SPDX-License-Identifier: MIT

/// Turns a string's escapes into the characters they stand for.
package enum Unescaped {
    /// Writes the characters of a string that `JSONScanner` has accepted, as UTF-8.
    ///
    /// - Returns: how many bytes were written; nil if there is no room for all of them. Room for as many bytes as
    ///   the text has is always enough.
    package static func write(_ text: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int? {
        var (from, to) = (0, 0)
        while from < text.count {
            var scalar = UInt32(text[from])
            from += 1
            guard scalar == UInt32(ASCII.backslash), from < text.count else {
                guard to < room.count else { return nil }
                room[to] = UInt8(truncatingIfNeeded: scalar)
                to += 1
                continue
            }
            let letter = text[from]
            from += 1
            switch letter {
            case UInt8(ascii: "b"): scalar = 0x08
            case UInt8(ascii: "f"): scalar = 0x0C
            case UInt8(ascii: "n"): scalar = 0x0A
            case UInt8(ascii: "r"): scalar = 0x0D
            case UInt8(ascii: "t"): scalar = 0x09
            case UInt8(ascii: "u"):
                scalar = codeUnit(text, &from)
                if 0xD800...0xDBFF ~= scalar {
                    from += 2
                    scalar = 0x10000 &+ (scalar &- 0xD800) &<< 10 &+ (codeUnit(text, &from) & 0x3FF)
                }
            default: scalar = UInt32(letter)
            }
            guard let utf8 = Unicode.Scalar(scalar).map({ UTF8.encode($0) }) ?? nil, to + utf8.count <= room.count else {
                return nil
            }
            for byte in utf8 {
                room[to] = byte
                to += 1
            }
        }
        return to
    }

    /// Gives `body` the characters of a string that `JSONScanner` has accepted, as UTF-8.
    static func withBytes<Value>(of text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { room in
            let count = write(text, into: room) ?? 0
            return body(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    private static func codeUnit(_ text: UnsafeRawBufferPointer, _ from: inout Int) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 where from < text.count {
            unit = unit &<< 4 | (hexDigit(text[from]) ?? 0)
            from += 1
        }
        return unit
    }

    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case ASCII.zero...ASCII.nine: UInt32(byte &- ASCII.zero)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte &- UInt8(ascii: "a") &+ 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte &- UInt8(ascii: "A") &+ 10)
        default: nil
        }
    }
}
