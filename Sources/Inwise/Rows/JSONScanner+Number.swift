// SPDX-License-Identifier: MIT

extension JSONScanner {
    /// Reads the number at the position.
    ///
    /// - Returns: its value; nil for a number with a fraction or an exponent, which stays text.
    @inline(__always)
    mutating func number() throws(ScanFault) -> Int64? {
        let start = position
        let isNegative = byte == ASCII.minus
        if isNegative { position &+= 1 }
        let first = position
        var magnitude: UInt64 = 0
        while position < count {
            let digit = load(position) &- ASCII.zero
            guard digit <= 9 else { break }
            // Wraps beyond 19 digits; such an integer is refused below by its length.
            magnitude = magnitude &* 10 &+ UInt64(digit)
            position &+= 1
        }
        let digits = position &- first
        guard digits > 0 else { throw fault(.digit) }
        guard digits == 1 || load(first) != ASCII.zero else { throw fault(.leadingZero, at: start) }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            try skipReal(start: start, first: first)
            return nil
        default: break
        }
        guard digits <= 19, magnitude <= UInt64(Int64.max) &+ (isNegative ? 1 : 0) else {
            throw fault(.integerRange, at: start)
        }
        return isNegative ? 0 &- Int64(truncatingIfNeeded: magnitude) : Int64(truncatingIfNeeded: magnitude)
    }

    /// Reads the rest of a real whose digits before the point begin at `first`, and checks its range.
    private mutating func skipReal(start: Int, first: Int) throws(ScanFault) {
        var exponent: Int64 = 0
        if byte == UInt8(ascii: ".") {
            position &+= 1
            try skipDigits()
        }
        let mantissaEnd = position
        if byte | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            let sign = byte
            if sign == ASCII.minus || sign == UInt8(ascii: "+") { position &+= 1 }
            let exponentStart = position
            try skipDigits()
            for offset in exponentStart..<position where exponent < 1 << 40 {
                exponent = exponent &* 10 &+ Int64(load(offset) &- ASCII.zero)
            }
            if sign == ASCII.minus { exponent = 0 &- exponent }
        }
        guard isWithinDouble(mantissa: first..<mantissaEnd, exponent: exponent) else { throw fault(.realRange, at: start) }
    }

    private mutating func skipDigits() throws(ScanFault) {
        guard ASCII.zero...ASCII.nine ~= byte else { throw fault(.digit) }
        while ASCII.zero...ASCII.nine ~= byte { position &+= 1 }
    }

    /// The smallest integer that rounds to infinity, 2^1024 - 2^970, in its 309 decimal digits.
    private static let infinity: StaticString =
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904174497792"

    /// Whether the decimal number is one that a `Double` can hold, however roughly. Exact, without `strtod`: that
    /// depends on the host's locale and wants a NUL behind the number.
    private func isWithinDouble(mantissa: Range<Int>, exponent: Int64) -> Bool {
        let point = mantissa.first { load($0) == UInt8(ascii: ".") } ?? mantissa.upperBound
        guard let leading = mantissa.first(where: { (UInt8(ascii: "1")...ASCII.nine) ~= load($0) }) else { return true }
        // The number is 0.ddd… × 10^scale, its first d not 0.
        let scale = exponent &+ Int64(point > leading ? point &- leading : point &- leading &+ 1)
        let limit = Self.infinity.utf8CodeUnitCount
        guard scale >= Int64(limit) else { return true }
        guard scale == Int64(limit) else { return false }
        var index = 0
        for offset in leading..<mantissa.upperBound where offset != point {
            // Equal so far, and all of the limit's digits used up: at or beyond it.
            guard index < limit else { return false }
            let (digit, bound) = (load(offset), Self.infinity.utf8Start[index])
            if digit != bound { return digit < bound }
            index &+= 1
        }
        // Digits that are not written are zeros.
        while index < limit {
            if Self.infinity.utf8Start[index] != ASCII.zero { return true }
            index &+= 1
        }
        return false
    }
}

extension JSONScanner {
    /// The bare integer that stands at `text`, with a comma or a brace right behind it; nil if that isn't what stands there, or if it
    /// has more than 15 digits. 17 bytes of the text, and 8 before it, may be read.
    ///
    /// - Parameter length: how many digits there are.
    @inline(__always)
    static func plainInteger(at text: UnsafeRawPointer, digits length: Int) -> Int64? {
        guard 1...15 ~= length else { return nil }
        // A leading zero, a point or an exponent is for `number`.
        let behind = text.load(fromByteOffset: length, as: UInt8.self)
        let first = text.load(as: UInt8.self)
        guard behind == ASCII.comma || behind == ASCII.braceClose, first != ASCII.zero || length == 1 else { return nil }
        // The last eight digits, or what there is of them: the bytes before them fall out.
        var low = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)) ^ 0x3030_3030_3030_3030
        guard length > 8 else {
            low &= ~0 &<< UInt64(truncatingIfNeeded: 64 &- 8 &* length)
            return Int64(truncatingIfNeeded: joined(low))
        }
        var high = UInt64(first &- ASCII.zero)
        if length > 9 {
            let digits = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: length &- 16, as: UInt64.self)) ^ 0x3030_3030_3030_3030
            high = joined(digits & ~0 &<< UInt64(truncatingIfNeeded: 128 &- 8 &* length))
        }
        return Int64(truncatingIfNeeded: high &* 100_000_000 &+ joined(low))
    }

    /// The number that 8 digits spell: neighbours are joined three times.
    @inline(__always)
    private static func joined(_ digits: UInt64) -> UInt64 {
        let pairs = (digits &* (10 << 8 + 1)) &>> 8 & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* (100 << 16 + 1)) &>> 16 & 0x0000_FFFF_0000_FFFF
        return (fours &* (10_000 << 32 + 1)) &>> 32
    }
}
