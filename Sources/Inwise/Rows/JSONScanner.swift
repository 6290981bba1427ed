// SPDX-License-Identifier: MIT

/// Reads JSON text front to back and accepts exactly what jansson's `json_loadb` with flags 0 accepts: RFC 8259 and
/// UTF-8, no `\u0000`, integers within 64 bits, reals within a `Double`'s range, 2,048 values nested in one another.
/// (A NUL byte is refused wherever it stands; jansson, given a length, overlooks one behind a number.)
///
/// It looks at no byte outside the text, needs no slack behind it, allocates nothing while it reads and calls itself
/// nowhere: a host's stacks may be small. What it reads stays where it lies; results are offsets.
struct JSONScanner: ~Copyable {
    /// The text; valid as long as the memory that the scanner was made with.
    let base: UnsafeRawPointer
    let count: Int
    /// Offset of the next byte to read, 0 to `count`.
    var position = 0
    /// For each open container whether it is an object, a bit a level; behind it the scratch.
    private let levels: UnsafeMutablePointer<UInt64>

    /// How many values may lie in one another, a scalar included, as in jansson.
    static let deepest = 2048
    private static let levelWords = deepest / 64
    private static let scratchWords = MemberHeads.reach / 8

    init(_ bytes: UnsafeRawBufferPointer) {
        levels = .allocate(capacity: Self.levelWords + Self.scratchWords)
        levels.initialize(repeating: 0, count: Self.levelWords + Self.scratchWords)
        base = bytes.baseAddress ?? UnsafeRawPointer(levels)
        count = bytes.count
    }

    deinit { levels.deallocate() }

    /// Room for a short text without its escapes; used again by the next.
    var scratch: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: levels + Self.levelWords, count: Self.scratchWords * 8)
    }

    /// The byte at the position; at the end 0, which JSON allows nowhere.
    @inline(__always)
    var byte: UInt8 { position < count ? load(position) : 0 }

    /// - Parameter offset: below `count`, which the caller has checked.
    @inline(__always)
    func load(_ offset: Int) -> UInt8 { base.load(fromByteOffset: offset, as: UInt8.self) }

    /// A fault at the position, or at `offset`.
    func fault(_ reason: ScanFault.Reason, at offset: Int? = nil) -> ScanFault {
        let offset = offset ?? position
        return ScanFault(reason: reason, offset: offset, isAtEnd: offset >= count)
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < count {
            switch load(position) {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return
            }
        }
    }

    /// Reads a member's name, the colon and the white space around it: the position is then at the value.
    @inline(__always)
    mutating func key() throws(ScanFault) -> Text {
        guard byte == ASCII.quote else { throw fault(.key) }
        let text = try string()
        skipWhitespace()
        guard byte == ASCII.colon else { throw fault(.colon) }
        position &+= 1
        skipWhitespace()
        return text
    }

    /// Checks that nothing but white space is left.
    mutating func end() throws(ScanFault) {
        skipWhitespace()
        guard position >= count else { throw fault(.end) }
    }

    // MARK: - Any value

    /// Reads over a value of any kind.
    ///
    /// - Parameter depth: how many containers are open around it.
    @inline(__always)
    mutating func skipValue(inside depth: Int) throws(ScanFault) {
        switch byte {
        case ASCII.braceOpen, ASCII.bracketOpen: try skipContainer(inside: depth)
        default: try skipScalar(inside: depth)
        }
    }

    @inline(__always)
    private mutating func skipScalar(inside depth: Int) throws(ScanFault) {
        guard depth < Self.deepest else { throw fault(.depth) }
        switch byte {
        case ASCII.quote: _ = try string()
        case ASCII.minus, ASCII.zero...ASCII.nine: _ = try number()
        case UInt8(ascii: "t"): try skipLiteral("true")
        case UInt8(ascii: "f"): try skipLiteral("false")
        case UInt8(ascii: "n"): try skipLiteral("null")
        default: throw fault(.value)
        }
    }

    private mutating func skipLiteral(_ literal: StaticString) throws(ScanFault) {
        let start = position
        for index in 0..<literal.utf8CodeUnitCount {
            guard byte == literal.utf8Start[index] else { throw fault(.value, at: position < count ? start : position) }
            position &+= 1
        }
    }

    /// Reads over the array or object that opens at the position, and all in it.
    private mutating func skipContainer(inside outer: Int) throws(ScanFault) {
        var depth = outer
        repeat {
            let opening = byte
            if opening == ASCII.braceOpen || opening == ASCII.bracketOpen {
                guard depth < Self.deepest else { throw fault(.depth) }
                let isObject = opening == ASCII.braceOpen
                setLevel(depth, isObject: isObject)
                depth &+= 1
                position &+= 1
                skipWhitespace()
                guard byte == (isObject ? ASCII.braceClose : ASCII.bracketClose) else {
                    if isObject { _ = try key() }
                    continue
                }
                position &+= 1
                depth &-= 1
            } else {
                try skipScalar(inside: depth)
            }
            // A value has ended, and so may some of the containers around it.
            while depth > outer {
                let isObject = isObjectLevel(depth &- 1)
                skipWhitespace()
                if byte == ASCII.comma {
                    position &+= 1
                    skipWhitespace()
                    if isObject { _ = try key() }
                    break
                }
                guard byte == (isObject ? ASCII.braceClose : ASCII.bracketClose) else {
                    throw fault(isObject ? .memberEnd : .elementEnd)
                }
                position &+= 1
                depth &-= 1
            }
        } while depth > outer
    }

    private func setLevel(_ level: Int, isObject: Bool) {
        let bit: UInt64 = 1 << UInt64(level & 63)
        if isObject { levels[level >> 6] |= bit } else { levels[level >> 6] &= ~bit }
    }

    private func isObjectLevel(_ level: Int) -> Bool { levels[level >> 6] >> UInt64(level & 63) & 1 == 1 }
}

/// The characters that JSON is built of.
enum ASCII {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let minus = UInt8(ascii: "-")
    static let zero = UInt8(ascii: "0")
    static let nine = UInt8(ascii: "9")
    static let braceOpen = UInt8(ascii: "{")
    static let braceClose = UInt8(ascii: "}")
    static let bracketOpen = UInt8(ascii: "[")
    static let bracketClose = UInt8(ascii: "]")
}
