// SPDX-License-Identifier: MIT

internal import CByteScan

/// Turns a string's escapes into the characters they stand for.
package enum Unescaped {
    /// Writes the characters of a string that `JSONScanner` has accepted, as UTF-8.
    ///
    /// - Returns: how many bytes were written; nil if there is no room for all of them. Room for as many bytes as
    ///   the text has is always enough.
    package static func write(_ text: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int? {
        var (from, to) = (0, 0)
        while from < text.count {
            // A run without escapes.
            while from &+ 16 <= text.count, to &+ 16 <= room.count, let source = text.baseAddress, let target = room.baseAddress {
                let plain = inwise_plain16(source + from)
                (target + to).copyMemory(from: source + from, byteCount: 16)
                from &+= plain
                to &+= plain
                if plain < 16 { break }
            }
            guard from < text.count else { break }
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
            guard let count = write(scalar, into: room, at: to) else { return nil }
            to += count
        }
        return to
    }

    /// Writes a character, which is no half of a surrogate pair; nil if there is no room for it.
    @inline(__always)
    private static func write(_ scalar: UInt32, into room: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
        let count = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x1_0000 ? 3 : 4
        guard offset &+ count <= room.count else { return nil }
        if count == 1 {
            room[offset] = UInt8(truncatingIfNeeded: scalar)
            return 1
        }
        // The first byte says how many there are, the others hold six bits each.
        var rest = scalar
        for index in stride(from: count &- 1, to: 0, by: -1) {
            room[offset &+ index] = 0x80 | UInt8(truncatingIfNeeded: rest & 0x3F)
            rest &>>= 6
        }
        room[offset] = UInt8(truncatingIfNeeded: 0xF00 &>> UInt32(count)) | UInt8(truncatingIfNeeded: rest)
        return count
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
