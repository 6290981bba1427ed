// SPDX-License-Identifier: MIT

/// Writes JSON into memory that is known to have room for all of it.
struct JSONPen {
    private let start: UnsafeMutablePointer<UInt8>
    private var place: UnsafeMutablePointer<UInt8>

    init(_ start: UnsafeMutableRawPointer) {
        self.start = start.assumingMemoryBound(to: UInt8.self)
        place = self.start
    }

    /// How many bytes have been written.
    var offset: Int { place - start }

    @inline(__always)
    mutating func byte(_ byte: UInt8) {
        place.pointee = byte
        place += 1
    }

    @inline(__always)
    mutating func raw(_ text: StaticString) { raw(text.bytes) }

    @inline(__always)
    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(place).copyMemory(from: start, byteCount: bytes.count)
        place += bytes.count
    }

    /// A string; it takes at most 6 bytes for each of the text's, and the two quotes.
    @inline(__always)
    mutating func string(_ text: UnsafeRawBufferPointer) {
        byte(ASCII.quote)
        var at = 0
        while at &+ 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            if Self.mayHaveSpecial(word) {
                for offset in 0..<8 { character(text[at &+ offset]) }
            } else {
                UnsafeMutableRawPointer(place).storeBytes(of: word, as: UInt64.self)
                place += 8
            }
            at &+= 8
        }
        while at < text.count {
            character(text[at])
            at &+= 1
        }
        byte(ASCII.quote)
    }

    /// Whether one of eight characters is below a blank, a quote or a backslash; at times also where none is.
    @inline(__always)
    private static func mayHaveSpecial(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101, high: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* UInt64(ASCII.quote)), backslash = word ^ (ones &* UInt64(ASCII.backslash))
        let control = (word &- ones &* 0x20) & ~word
        return (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & high != 0
    }

    @inline(__always)
    private mutating func character(_ character: UInt8) {
        if character >= 0x20, character != ASCII.quote, character != ASCII.backslash { return byte(character) }
        escaped(character)
    }

    private mutating func escaped(_ character: UInt8) {
        byte(ASCII.backslash)
        switch character {
        case ASCII.quote, ASCII.backslash: byte(character)
        case UInt8(ascii: "\n"): byte(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): byte(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): byte(UInt8(ascii: "t"))
        default:
            raw("u00")
            let digits: StaticString = "0123456789abcdef"
            byte(digits.utf8Start[Int(character >> 4)])
            byte(digits.utf8Start[Int(character & 15)])
        }
    }

    mutating func integer(_ value: Int64) {
        if value < 0 { byte(ASCII.minus) }
        var rest = value.magnitude, digits = 1
        var scale: UInt64 = 10
        while digits < 20, rest >= scale {
            digits += 1
            let (next, overflow) = scale.multipliedReportingOverflow(by: 10)
            if overflow { break }
            scale = next
        }
        for index in stride(from: digits - 1, through: 0, by: -1) {
            place[index] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        place += digits
    }

    mutating func time(_ time: WallTime) {
        var start = place + 1
        byte(ASCII.quote)
        time.write { byte in
            start.pointee = byte
            start += 1
        }
        place = start
        byte(ASCII.quote)
    }
}
