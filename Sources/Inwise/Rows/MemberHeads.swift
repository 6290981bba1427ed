// SPDX-License-Identifier: MIT

internal import CByteScan
internal import Glibc

/// What leads to the value of a field in a page without white space: `,"id":` behind another member of the row, and
/// `},{"id":` behind the last one of the row before.
///
/// A head is known by one comparison of 16 bytes, or two, without looking for the ends of its parts.
struct MemberHeads: @unchecked Sendable {  // never changed, and never freed
    static let shared = MemberHeads()

    /// Bytes that a comparison reads, whatever the head's length.
    static let reach = 32
    /// No field.
    static let none = UInt8(RowField.count)

    struct Head: BitwiseCopyable {
        fileprivate var text: (UInt64, UInt64, UInt64, UInt64) = (.max, .max, 0, 0)
        fileprivate var mask: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        /// Bytes of it.
        fileprivate(set) var length = 0
        /// Whether a row ends before it, and another begins.
        fileprivate(set) var beginsRow = false
        /// The raw value of the field whose value comes behind it.
        fileprivate(set) var field = MemberHeads.none
    }

    /// Which of two fields it may be, by a name's first three letters.
    private struct Candidates: BitwiseCopyable {
        var field = MemberHeads.none
        /// The field if the name has this letter at this place.
        var other = MemberHeads.none
        var letter: UInt8 = 0
        var place: UInt8 = 0
    }

    /// By field, those within a row, then those at a row's beginning.
    private let heads: UnsafePointer<Head>
    /// What stands nowhere.
    let nowhere: UnsafePointer<Head>
    /// By `place(of:)`.
    private let candidates: UnsafePointer<Candidates>

    private init() {
        let heads = UnsafeMutablePointer<Head>.allocate(capacity: 2 * RowField.count + 1)
        let candidates = UnsafeMutablePointer<Candidates>.allocate(capacity: Self.places)
        heads.initialize(repeating: Head(), count: 2 * RowField.count + 1)
        candidates.initialize(repeating: Candidates(), count: Self.places)
        for field in RowField.allCases {
            for beginsRow in [false, true] {
                var head = Self.head(Array("\(beginsRow ? "},{" : ",")\"\(field.name)\":".utf8))
                head.beginsRow = beginsRow
                head.field = field.rawValue
                heads[Int(field.rawValue) + (beginsRow ? RowField.count : 0)] = head
            }
            Self.add(field, to: candidates)
        }
        self.heads = UnsafePointer(heads)
        self.candidates = UnsafePointer(candidates)
        nowhere = UnsafePointer(heads + 2 * RowField.count)
    }

    private static func head(_ text: [UInt8]) -> Head {
        func words(_ bytes: [UInt8]) -> (UInt64, UInt64, UInt64, UInt64) {
            let padded = bytes + Array(repeating: 0, count: reach - bytes.count)
            return padded.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
        }
        return Head(text: words(text), mask: words(text.map { _ in 0xFF }), length: text.count)
    }

    /// At most two fields may share a place; `MemberHeadTests` shows that they do.
    private static func add(_ field: RowField, to candidates: UnsafeMutablePointer<Candidates>) {
        func letters(_ field: RowField) -> [UInt8] { Array("\(field.name)\":".utf8) }
        let name = letters(field)
        let place = place(of: UInt32(name[0]) | UInt32(name[1]) << 8 | UInt32(name[2]) << 16)
        guard let known = RowField(rawValue: candidates[place].field) else {
            candidates[place].field = field.rawValue
            return
        }
        candidates[place].other = field.rawValue
        for (index, (letter, knownLetter)) in zip(name, letters(known)).enumerated() where letter != knownLetter {
            candidates[place].letter = letter
            candidates[place].place = UInt8(index)
            break
        }
    }

    private static let places = 512

    /// - Parameter letters: a name's first three, the first in the lowest byte; the quote behind it counts as one.
    @inline(__always)
    private static func place(of letters: UInt32) -> Int {
        Int((letters & 0xFF_FFFF &* 0x9E37_79B1) &>> 23)
    }

    /// Whether a head stands at `text`, of which `reach` bytes may be read.
    @inline(__always)
    static func match(_ head: UnsafePointer<Head>, at text: UnsafeRawPointer) -> Bool {
        let wanted = UnsafeRawPointer(head)
        return inwise_match16(text, wanted, wanted + 32)
            && (head.pointee.length <= 16 || inwise_match16(text + 16, wanted + 16, wanted + 48))
    }

    /// Whether `,"` stands at `text`, or `},{"` if a row begins; 4 bytes of it may be read.
    @inline(__always)
    static func begins(at text: UnsafeRawPointer, beginsRow: Bool) -> Bool {
        let bytes = UInt32(littleEndian: text.loadUnaligned(as: UInt32.self))
        return beginsRow ? bytes == 0x22_7B_2C_7D : bytes & 0xFFFF == 0x22_2C
    }

    /// Whether `":` stands at `text`, of which 2 bytes may be read.
    @inline(__always)
    static func endsName(at text: UnsafeRawPointer) -> Bool {
        UInt16(littleEndian: text.loadUnaligned(as: UInt16.self)) == 0x3A_22
    }

    @inline(__always)
    func head(of field: UInt8, beginsRow: Bool) -> UnsafePointer<Head> {
        field == Self.none ? nowhere : (beginsRow ? heads + RowField.count : heads) + Int(field)
    }

    /// The field whose name stands in quotes at `text`, of which `reach` bytes may be read, with the colon right behind it;
    /// `none` if no field's does.
    @inline(__always)
    func field(quotedAt text: UnsafeRawPointer) -> UInt8 {
        let name = text + 1
        let candidates = candidates[Self.place(of: name.loadUnaligned(as: UInt32.self).littleEndian)]
        let letter = name.load(fromByteOffset: Int(candidates.place), as: UInt8.self)
        let field = letter == candidates.letter ? candidates.other : candidates.field
        // A head begins with its text, which is a comma and then what must stand here; its mask lies 32 bytes behind.
        let wanted = UnsafeRawPointer(heads + Int(field)) + 1
        guard field != Self.none, inwise_match16(text, wanted, wanted + 32),
            heads[Int(field)].length <= 17 || inwise_match16(text + 15, wanted + 15, wanted + 47)
        else { return Self.none }
        return field
    }

    /// The field that has exactly this name; `none` if none has.
    ///
    /// - Parameters:
    ///   - name: its characters, without quotes and with its escapes resolved.
    ///   - room: `reach` bytes of scratch, which may hold the name already.
    func field(named name: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer) -> UInt8 {
        guard name.count + 3 <= Self.reach, room.count >= Self.reach, let to = room.baseAddress, let from = name.baseAddress
        else { return Self.none }
        memmove(to + 1, from, name.count)
        room[0] = ASCII.quote
        room[name.count + 1] = ASCII.quote
        room[name.count + 2] = ASCII.colon
        // The name itself may hold a quote and a colon, and so begin like another.
        let field = field(quotedAt: to)
        return field != Self.none && heads[Int(field)].length == name.count + 4 ? field : Self.none
    }
}
