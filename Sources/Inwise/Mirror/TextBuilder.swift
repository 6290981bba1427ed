// SPDX-License-Identifier: MIT

/// UTF-8 text put together from pieces, its memory used again for the next one.
struct TextBuilder {
    private var bytes: [UInt8] = []

    init() {}

    init(_ text: String) { bytes = Array(text.utf8) }

    init(_ text: UnsafeRawBufferPointer) { bytes = Array(text) }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ text: TextBuilder) { bytes.append(contentsOf: text.bytes) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Appends a number in the given base, 2 to 16, with zeros before it up to `width` digits.
    mutating func append(_ number: UInt64, base: UInt64 = 10, width: Int = 1) {
        let start = bytes.count
        var rest = number
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % base)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            rest /= base
        } while rest > 0
        while bytes.count - start < width { bytes.append(UInt8(ascii: "0")) }
        bytes[start...].reverse()
    }

    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        bytes.withUnsafeBytes(body)
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }
}
