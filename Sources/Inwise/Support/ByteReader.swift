// SPDX-License-Identifier: MIT

/// Reads what `ByteBuffer` wrote, from bytes that may be anything: nil from the first thing on that is not there.
struct ByteReader: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            // The tenth byte has room for the topmost bit only.
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            guard byte < 0x80 else { continue }
            // A last byte of nothing was never written: each integer has one form.
            return byte == 0 && shift > 0 ? nil : value
        }
        return nil
    }

    /// A varint that must be below a bound.
    mutating func varint(below bound: Int) -> Int? {
        guard let value = varint(), value < UInt64(clamping: bound) else { return nil }
        return Int(value)
    }

    /// How many things follow that take a byte each at least.
    mutating func count() -> Int? {
        guard let value = varint(), value <= UInt64(remaining) else { return nil }
        return Int(value)
    }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    /// Eight bytes, the lowest first.
    mutating func word() -> UInt64? {
        take(8).map { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
