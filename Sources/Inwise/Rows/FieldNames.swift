// SPDX-License-Identifier: MIT

internal import Glibc

/// The names of `RowField`s as a page writes them, quotes and colon included, in machine words: a name is known by
/// three comparisons, without looking for its end.
struct FieldNames: @unchecked Sendable {  // never changed, and never freed
    static let shared = FieldNames()

    /// Bytes that a comparison reads, whatever the name's length.
    static let reach = 24
    /// What `candidate` gives where no field begins so.
    static let none = UInt8(RowField.count)

    private struct Name: BitwiseCopyable {
        var words: (UInt64, UInt64, UInt64)
        var masks: (UInt64, UInt64, UInt64)
        /// Bytes of the name, its quotes and the colon.
        var length: Int
        /// Another field that begins with the same two letters, or `none`.
        var sibling: UInt8
    }

    /// By raw value; the last one, `none`, matches nothing.
    private let names: UnsafePointer<Name>
    /// By `place(of:)`, a field that begins so.
    private let candidates: UnsafePointer<UInt8>

    private init() {
        let names = UnsafeMutablePointer<Name>.allocate(capacity: RowField.count + 1)
        let candidates = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.places)
        candidates.initialize(repeating: Self.none, count: Self.places)
        let nothing = Name(words: (.max, 0, 0), masks: (.max, 0, 0), length: 0, sibling: Self.none)
        names.initialize(repeating: nothing, count: RowField.count + 1)
        for field in RowField.allCases {
            let text = Array("\"\(field.name)\":".utf8)
            func word(_ number: Int) -> UInt64 {
                text.dropFirst(8 * number).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            func mask(_ number: Int) -> UInt64 { ~0 >> UInt64(64 - 8 * min(max(text.count - 8 * number, 0), 8)) }
            let place = Self.place(of: word(0))
            names[Int(field.rawValue)] = Name(
                words: (word(0), word(1), word(2)), masks: (mask(0), mask(1), mask(2)), length: text.count,
                sibling: candidates[place])
            candidates[place] = field.rawValue
        }
        self.names = UnsafePointer(names)
        self.candidates = UnsafePointer(candidates)
    }

    private static let places = 256

    /// - Parameter head: a name's first 8 bytes, from its opening quote on.
    @inline(__always)
    private static func place(of head: UInt64) -> Int {
        let letters = head &>> 8
        return Int(truncatingIfNeeded: (letters &* 11 &+ letters &>> 8) & 0xFF)
    }

    /// Whether a field's name stands at `text`, of which `reach` bytes may be read; then its length, otherwise 0.
    @inline(__always)
    func match(_ field: UInt8, at text: UnsafeRawPointer) -> Int {
        let name = names + Int(field)
        let first = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self))
        let second = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let third = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        let difference = (first ^ name.pointee.words.0) & name.pointee.masks.0
            | (second ^ name.pointee.words.1) & name.pointee.masks.1
            | (third ^ name.pointee.words.2) & name.pointee.masks.2
        return difference == 0 ? name.pointee.length : 0
    }

    /// The field whose name stands at `text`, of which `reach` bytes may be read, and the name's length.
    @inline(__always)
    func find(at text: UnsafeRawPointer) -> (field: UInt8, length: Int)? {
        var field = candidates[Self.place(of: UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)))]
        while field != Self.none {
            let length = match(field, at: text)
            if length > 0 { return (field, length) }
            field = names[Int(field)].sibling
        }
        return nil
    }

    /// The field that has exactly this name.
    ///
    /// - Parameters:
    ///   - name: its characters, without quotes and with its escapes resolved.
    ///   - room: `reach` bytes of scratch, which may hold the name already.
    func find(named name: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer) -> UInt8 {
        guard name.count + 3 <= Self.reach, room.count >= Self.reach, let to = room.baseAddress, let from = name.baseAddress
        else { return Self.none }
        memmove(to + 1, from, name.count)
        room[0] = ASCII.quote
        room[name.count + 1] = ASCII.quote
        room[name.count + 2] = ASCII.colon
        return find(at: to)?.field ?? Self.none
    }
}
