// SPDX-License-Identifier: MIT

/// Rows of a page as columns: where each row lies, and the value of every field that `RowField` knows.
///
/// All columns are 8 bytes wide and lie one behind the other. Texts are places in the page, never copies. A page of more than
/// `mostRows` comes in batches, so that the memory for columns doesn't depend on what a page holds.
package struct RowColumns: ~Copyable {
    /// Where a text lies in the page, without its quotes.
    package struct Text: BitwiseCopyable, Equatable {
        /// Offset of the first byte in the lower half; length above it; whether it holds escapes in the topmost bit.
        fileprivate let word: UInt64

        @inline(__always)
        init(start: Int, length: Int, isEscaped: Bool) {
            word = UInt64(truncatingIfNeeded: start) | UInt64(truncatingIfNeeded: length) &<< 32 | (isEscaped ? 1 &<< 63 : 0)
        }

        @inline(__always)
        fileprivate init(word: UInt64) { self.word = word }

        package var start: Int { Int(truncatingIfNeeded: word & 0xFFFF_FFFF) }
        package var length: Int { Int(truncatingIfNeeded: word &>> 32 & 0x7FFF_FFFF) }
        package var isEscaped: Bool { word &>> 63 == 1 }
        package var range: Range<Int> { start..<(start &+ length) }
    }

    /// The longest page whose places fit: 2 GiB.
    static let longestPage = Int(Int32.max)

    /// Rows to a batch; a page of the service has 1,000 at the most.
    static let mostRows = 8192

    package private(set) var count = 0
    private var capacity = 16
    private var words = UnsafeMutablePointer<UInt64>.allocate(capacity: 16 * columns)
    /// Fields with escapes, a bit each.
    private var escaped: UInt64 = 0
    /// Where integers came in quotes; not kept unless they are wanted.
    var patches = PatchList()
    private let wantsPatches: Bool

    // Behind the fields' columns: what passes through, which nobody reads; the row's own place; and which fields it has, a bit each,
    // beside them one for what passed through, those of fields that are null, and one for what no field takes.
    private static let span = RowField.count + 1
    private static let presence = RowField.count + 2
    private static let columns = RowField.count + 3
    /// Above the fields' bits those that are null.
    private static let nulls: UInt64 = 32
    private static let other: UInt64 = 1 << 63

    package init(wantsPatches: Bool = false) { self.wantsPatches = wantsPatches }

    deinit { words.deallocate() }

    // MARK: - Reading; a row's position must be below `count`

    /// Offset of the row's opening brace, and behind its closing one.
    @inline(__always)
    func span(of row: Int) -> Range<Int> { Text(word: word(Self.span, row)).range }

    /// Whether the row has the field: an integer, or a text.
    @inline(__always)
    package func has(_ field: RowField, _ row: Int) -> Bool { word(Self.presence, row) &>> UInt64(field.rawValue) & 1 == 1 }

    /// Whether the row has no more than these fields, a bit each, with a value of theirs or null: nothing that passed through,
    /// and no value that its field doesn't take.
    func hasOnly(_ fields: UInt64, _ row: Int) -> Bool {
        word(Self.presence, row) & ~(fields | fields &<< Self.nulls) == 0
    }

    /// The fields that came as null, a bit each.
    func nulls(_ row: Int) -> UInt64 {
        let presence = word(Self.presence, row)
        return presence &>> Self.nulls & ~presence & (1 &<< UInt64(RowField.count) &- 1)
    }

    @inline(__always)
    package func integer(_ field: RowField, _ row: Int) -> Int64? {
        has(field, row) ? Int64(bitPattern: word(Int(field.rawValue), row)) : nil
    }

    @inline(__always)
    package func text(_ field: RowField, _ row: Int) -> Text? {
        has(field, row) ? Text(word: word(Int(field.rawValue), row)) : nil
    }

    /// Whether a text of the field may hold escapes; if not, all of them are as they lie in the page.
    package func hasEscapes(_ field: RowField) -> Bool { escaped &>> UInt64(field.rawValue) & 1 == 1 }

    /// The integers of a field, if every row has one; valid until the columns change.
    func integers(_ field: RowField) -> UnsafeBufferPointer<Int64>? {
        let presence = words + Self.presence &* capacity
        var common = ~UInt64(0)
        for row in 0..<count { common &= presence[row] }
        guard common &>> UInt64(field.rawValue) & 1 == 1 else { return nil }
        let column = UnsafeRawPointer(words + Int(field.rawValue) &* capacity).assumingMemoryBound(to: Int64.self)
        return UnsafeBufferPointer(start: column, count: count)
    }

    @inline(__always)
    private func word(_ column: Int, _ row: Int) -> UInt64 {
        guard row >= 0, row < count else { return 0 }
        return words[column &* capacity &+ row]
    }

    // MARK: - Writing

    /// Where the row that is being written goes: a word in each column.
    struct Row: BitwiseCopyable {
        fileprivate let first: UnsafeMutablePointer<UInt64>
        fileprivate let stride: Int
        fileprivate var present: UInt64 = 0

        // A field that comes again replaces what it had, also by nothing.

        @inline(__always)
        mutating func set(_ field: UInt8, _ value: Int64) { set(field, UInt64(bitPattern: value)) }

        /// Sets a text without escapes.
        @inline(__always)
        mutating func set(_ field: UInt8, _ text: Range<Int>) {
            set(field, Text(start: text.lowerBound, length: text.upperBound &- text.lowerBound, isEscaped: false).word)
        }

        @inline(__always)
        fileprivate mutating func set(_ field: UInt8, _ word: UInt64) {
            first[Int(field) &* stride] = word
            present |= 1 &<< UInt64(field)
        }

        mutating func clear(_ field: UInt8) { present &= ~(1 &<< UInt64(field)) }

        /// Notes that the row has a field, but null.
        mutating func noteNull(_ field: UInt8) { present |= 1 &<< (UInt64(field) &+ RowColumns.nulls) }

        /// Notes that the row has a value which no field takes.
        mutating func noteOther() { present |= RowColumns.other }
    }

    /// Sets a text of the row, with escapes or without.
    mutating func set(_ field: UInt8, _ text: JSONScanner.Text, of row: inout Row) {
        row.set(field, Text(start: text.start, length: text.length, isEscaped: text.isEscaped).word)
        if text.isEscaped { escaped |= 1 &<< UInt64(field) }
    }

    /// Makes room for about so many rows, of `mostRows` at the most.
    @inline(never)
    mutating func reserve(rows: Int) {
        let size = min(rows, Self.mostRows)
        guard size > capacity else { return }
        let grown = UnsafeMutablePointer<UInt64>.allocate(capacity: size * Self.columns)
        for column in 0..<Self.columns { (grown + column * size).update(from: words + column * capacity, count: count) }
        words.deallocate()
        words = grown
        capacity = size
    }

    /// Whether there is no room for another row.
    var isFull: Bool { count == capacity }

    /// Begins the next row, for which there must be room.
    @inline(__always)
    func beginRow() -> Row { Row(first: words + count, stride: capacity) }

    @inline(__always)
    mutating func end(_ row: Row, span: Range<Int>) {
        row.first[Self.span &* row.stride] = Text(start: span.lowerBound, length: span.upperBound &- span.lowerBound, isEscaped: false).word
        row.first[Self.presence &* row.stride] = row.present
        count &+= 1
    }

    /// Forgets all rows and keeps the memory.
    mutating func removeRows() {
        count = 0
        escaped = 0
    }

    /// Notes an integer in quotes. False if there is no memory.
    mutating func notePatch(from start: Int, to end: Int) -> Bool { !wantsPatches || patches.append(from: start, to: end) }

    /// The patches, which are gone from here.
    mutating func takePatches() -> PatchList {
        var taken = PatchList()
        swap(&taken, &patches)
        return taken
    }
}
