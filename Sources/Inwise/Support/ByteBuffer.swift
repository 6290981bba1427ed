// SPDX-License-Identifier: MIT

internal import Glibc

/// Bytes in memory of `malloc`, so that a page travels from the socket to a host of C without being copied.
///
/// A few bytes of slack behind the content let scanners read whole words at its end. Not thread-safe: it has one owner.
package final class ByteBuffer {
    private var base: UnsafeMutableRawPointer?
    package private(set) var count = 0
    private var capacity = 0
    /// Bytes behind the content that may be read: one AVX-512 word.
    package static let slack = 64

    package init() {}

    deinit { free(base) }

    /// The content, and behind it `slack` bytes of zero. Valid until the next call that changes the buffer, and while
    /// somebody holds the buffer: never take them from a temporary.
    package var bytes: UnsafeRawBufferPointer {
        guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        memset(base + count, 0, Self.slack)
        return UnsafeRawBufferPointer(start: base, count: count)
    }

    /// The content as a string; invalid UTF-8 is repaired, so only for what has been checked or is only shown.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Makes room for `additional` more bytes.
    package func reserve(_ additional: Int) throws(InwiseError) {
        let (needed, overflow) = count.addingReportingOverflow(additional)
        guard !overflow, needed <= Int.max / 2 else { throw InwiseError(.memory, "No memory for a result of \(additional) bytes.") }
        guard needed > capacity || base == nil else { return }
        let grown = max(needed, min(capacity &* 2, needed + (64 << 20)), 4096)
        guard let moved = realloc(base, grown + Self.slack) else {
            throw InwiseError(.memory, "No memory for a result of \(grown) bytes.")
        }
        base = moved
        capacity = grown
    }

    package func append(_ source: UnsafeRawBufferPointer) throws(InwiseError) {
        guard let from = source.baseAddress, source.count > 0 else { return }
        try reserve(source.count)
        guard let base else { return }
        memcpy(base + count, from, source.count)
        count += source.count
    }

    package func append(_ byte: UInt8) throws(InwiseError) {
        try reserve(1)
        base?.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package func append(_ text: StaticString) throws(InwiseError) {
        try append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package func append(_ text: String) throws(InwiseError) {
        var text = text
        let outcome: Result<Void, InwiseError> = text.withUTF8 { utf8 in
            Result { () throws(InwiseError) in try append(UnsafeRawBufferPointer(utf8)) }
        }
        try outcome.get()
    }

    /// Where so many bytes may be put behind the content; `wrote` says how many were.
    func space(for additional: Int) throws(InwiseError) -> UnsafeMutableRawPointer {
        try reserve(additional)
        guard let base else { throw InwiseError(.memory, "No memory for a result.") }
        return base + count
    }

    /// Bytes were put behind the content. What is left of a large space is given back.
    func wrote(_ more: Int) {
        count += more
        guard capacity - count > 1 << 16, let moved = realloc(base, count + Self.slack) else { return }
        base = moved
        capacity = count
    }

    package func removeAll() { count = 0 }

    /// The content, which the caller must `free`, and how many bytes it has; the buffer is empty afterwards.
    package func detachBytes() throws(InwiseError) -> (start: UnsafeMutablePointer<UInt8>, count: Int) {
        let count = count
        let start = try detach()
        return (UnsafeMutableRawPointer(start).assumingMemoryBound(to: UInt8.self), count)
    }

    /// The content as NUL-terminated text that the caller must `free`; the buffer is empty afterwards.
    package func detach() throws(InwiseError) -> UnsafeMutablePointer<CChar> {
        try reserve(0)
        guard let base else { throw InwiseError(.memory, "No memory for a result.") }
        // In the slack.
        base.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        self.base = nil
        count = 0
        capacity = 0
        return base.assumingMemoryBound(to: CChar.self)
    }
}
