// SPDX-License-Identifier: MIT

internal import Glibc

/// Plain values side by side in memory of `malloc`; how many of them count, its owner knows.
struct Column<Element: BitwiseCopyable>: ~Copyable {
    private(set) var values = UnsafeMutableBufferPointer<Element>(start: nil, count: 0)

    deinit { free(values.baseAddress) }

    var capacity: Int { values.count }

    @inline(__always)
    subscript(_ index: Int) -> Element {
        get { values[index] }
        nonmutating set { values[index] = newValue }
    }

    /// Makes room for `capacity` values; new ones are undefined. False if there is no memory, and nothing changed.
    mutating func resize(to capacity: Int) -> Bool {
        let (size, overflow) = capacity.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, let moved = realloc(values.baseAddress, max(size, 1)) else { return false }
        values = UnsafeMutableBufferPointer(start: moved.bindMemory(to: Element.self, capacity: capacity), count: capacity)
        return true
    }
}
