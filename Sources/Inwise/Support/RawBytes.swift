// SPDX-License-Identifier: MIT

internal import Glibc

extension UnsafeRawBufferPointer {
    /// Whether the bytes are those of another place.
    @inline(__always)
    func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard count > 0, let first = baseAddress, let second = other.baseAddress else { return true }
        return memcmp(first, second, count) == 0
    }

    /// Whether the bytes come before those of another place, compared one by one.
    @inline(__always)
    func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count > 0, other.count > 0, let first = baseAddress, let second = other.baseAddress else { return count < other.count }
        let order = memcmp(first, second, Swift.min(count, other.count))
        return order == 0 ? count < other.count : order < 0
    }
}
