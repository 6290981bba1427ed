// SPDX-License-Identifier: MIT

internal import Inwise

/// Objects behind numbers that a host of C holds as pointers. A number is looked up, never followed: a closed or
/// made-up one finds nothing.
final class HandleTable<Object: AnyObject>: @unchecked Sendable {  // guarded by ForkLock
    private struct Slot {
        /// Grows with each use of the slot, so that an old handle does not find a new object.
        var generation: UInt64 = 1
        var object: Object?
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    /// In the topmost bits: no handle of one table is one of another, or a plausible number.
    private let tag: UInt64

    private static var indexBits: UInt64 { 24 }
    private static var generationBits: UInt64 { 28 }

    /// - Parameter tag: another for each table; 12 bits, not 0.
    init(tag: UInt64) { self.tag = tag }

    /// Nil when 16 million are open.
    func insert(_ object: Object) -> OpaquePointer? {
        ForkLock.withLock {
            let index = free.popLast() ?? slots.count
            guard index < 1 << Self.indexBits else { return nil }
            if index == slots.count { slots.append(Slot()) }
            slots[index].object = object
            let number = tag << 52 | slots[index].generation << Self.indexBits | UInt64(index)
            return OpaquePointer(bitPattern: UInt(number))
        }
    }

    func find(_ handle: OpaquePointer?) -> Object? {
        ForkLock.withLock { index(of: handle).flatMap { slots[$0].object } }
    }

    /// Takes the object out; its handle finds nothing from here on.
    func remove(_ handle: OpaquePointer?) -> Object? {
        ForkLock.withLock {
            guard let index = index(of: handle) else { return nil }
            defer {
                slots[index].object = nil
                slots[index].generation = (slots[index].generation + 1) & (1 << Self.generationBits - 1)
                free.append(index)
            }
            return slots[index].object
        }
    }

    private func index(of handle: OpaquePointer?) -> Int? {
        let number = UInt64(UInt(bitPattern: handle))
        let index = Int(number & (1 << Self.indexBits - 1))
        guard number >> 52 == tag, slots.indices.contains(index), slots[index].object != nil,
            number >> Self.indexBits & (1 << Self.generationBits - 1) == slots[index].generation
        else { return nil }
        return index
    }
}

enum Handles {
    static let clients = HandleTable<InwiseClient>(tag: 0xC11)
    static let cursors = HandleTable<InwiseCursor>(tag: 0xC52)
    static let funnels = HandleTable<InwiseFunnel>(tag: 0xF73)
}
