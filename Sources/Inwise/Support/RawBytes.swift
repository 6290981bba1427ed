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
}
