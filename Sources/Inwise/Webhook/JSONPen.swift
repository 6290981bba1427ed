// SPDX-License-Identifier: MIT

internal import CByteScan

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

    /// What was found to be JSON in a text.
    ///
    /// - Parameter text: behind it 15 bytes may be read, and behind what is written as many written.
    @inline(__always)
    mutating func verbatim(_ text: UnsafeRawBufferPointer) {
        guard let start = text.baseAddress else { return }
        var at = 0
        while at < text.count {
            UnsafeMutableRawPointer(place + at).storeBytes(of: start.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
            at &+= 16
        }
        place += text.count
    }

    /// A string; it takes at most 6 bytes for each of the text's, and the two quotes.
    ///
    /// - Parameter text: behind it 15 bytes may be read, and behind what is written as many written.
    @inline(__always)
    mutating func string(_ text: UnsafeRawBufferPointer) {
        byte(ASCII.quote)
        var at = 0
        if let start = text.baseAddress {
            while at < text.count {
                UnsafeMutableRawPointer(place).storeBytes(of: start.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
                let plain = min(inwise_plain16(start + at), text.count &- at)
                at &+= plain
                place += plain
                if plain < 16, at < text.count {
                    escaped(text[at])
                    at &+= 1
                }
            }
        }
        byte(ASCII.quote)
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

    /// What was written before, once more.
    mutating func again(_ range: Range<Int>) { verbatim(UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)) }

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
