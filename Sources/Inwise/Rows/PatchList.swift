// SPDX-License-Identifier: MIT

/// The quoted integers of a text that lose their quotes, in the text's order.
struct PatchList: ~Copyable {
    private(set) var count = 0
    private var starts = Column<UInt32>()
    private var ends = Column<UInt32>()

    /// Notes a string from its opening quote to behind its closing one. False if there is no memory.
    mutating func append(from start: Int, to end: Int) -> Bool {
        if count == starts.capacity {
            let grown = max(256, count &* 2)
            guard starts.resize(to: grown), ends.resize(to: grown) else { return false }
        }
        starts[count] = UInt32(truncatingIfNeeded: start)
        ends[count] = UInt32(truncatingIfNeeded: end)
        count &+= 1
        return true
    }

    mutating func removeAll() { count = 0 }

    /// Appends a stretch of the text with its integers unquoted and all else byte for byte.
    ///
    /// - Parameters:
    ///   - range: the stretch; it cuts no patch in two.
    ///   - next: the first patch that may lie in it, 0 at first; moved on, so that ascending stretches cost one walk.
    func write(
        _ range: Range<Int>, of text: UnsafeRawBufferPointer, next: inout Int, to output: ByteBuffer
    ) throws(InwiseError) {
        var from = range.lowerBound
        while next < count, Int(starts[next]) < from { next += 1 }
        while next < count, Int(starts[next]) < range.upperBound {
            let (start, end) = (Int(starts[next]), Int(ends[next]))
            next += 1
            try output.append(UnsafeRawBufferPointer(rebasing: text[from..<start]))
            let digits = UnsafeRawBufferPointer(rebasing: text[(start + 1)..<(end - 1)])
            if digits.contains(ASCII.backslash) {
                try Self.writeEscaped(digits, to: output)
            } else {
                try output.append(digits)
            }
            from = end
        }
        try output.append(UnsafeRawBufferPointer(rebasing: text[from..<range.upperBound]))
    }

    /// Nobody writes `"\u0031"` for `"1"`, but one could.
    private static func writeEscaped(_ digits: UnsafeRawBufferPointer, to output: ByteBuffer) throws(InwiseError) {
        var plain = [UInt8](repeating: 0, count: digits.count)
        let count = plain.withUnsafeMutableBytes { Unescaped.write(digits, into: $0) } ?? 0
        for byte in plain.prefix(count) { try output.append(byte) }
    }
}
