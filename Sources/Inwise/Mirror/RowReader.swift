// SPDX-License-Identifier: MIT

internal import Glibc

/// Reads rows of a scanned page into the slots of their table.
struct RowReader {
    private let layout: RowLayout
    private let kind: RowKind
    private let page: UnsafeRawBufferPointer
    private let intake: RowIntake
    private let names: Names
    /// Shared texts met on this page, which mostly has but a few, and their numbers.
    private var met: [(text: UnsafeRawBufferPointer, number: Int64)] = []
    private static let mostMet = 16
    private var time = EventTime()

    init(_ layout: RowLayout, _ page: UnsafeRawBufferPointer, _ intake: RowIntake) {
        self.layout = layout
        kind = layout.kind
        self.page = page
        self.intake = intake
        names = intake.store.names
    }

    /// Sets every slot but the key and the arrival.
    ///
    /// - Parameter keepsIdentity: whether the row's id is to be among its other values, since it is none.
    /// - Returns: the row's date; nil where it has none.
    mutating func read(
        _ number: Int, _ columns: borrowing RowColumns, into row: RowBatch.Row, keepsIdentity: Bool
    ) throws(InwiseError) -> WallTime? {
        row.clear()
        var date: Int64?
        // Whether the date's text is the one that its seconds are written as.
        var isPlainDate = true
        for slot in 1..<layout.columns.count {
            let column = layout.columns[slot]
            switch column.role {
            case .key: break
            case .date:
                if let text = columns.text(column.field, number) {
                    let bytes = UnsafeRawBufferPointer(rebasing: page[text.range])
                    date = text.isEscaped ? nil : time.wallTime(of: bytes)
                    isPlainDate = date != nil && bytes.count == 19 && bytes[10] == UInt8(ascii: " ")
                }
                row.set(slot, date ?? RowLayout.undated)
            case .id, .number:
                if let value = columns.integer(column.field, number) { row.set(slot, value) }
            case .name:
                if let text = columns.text(column.field, number) { row.set(slot, try nameNumber(of: text)) }
            case .text:
                if let text = columns.text(column.field, number) { row.set(slot, bytes(of: text)) }
            }
        }
        let identity = columns.integer(kind.identity, number)
        let hasOddIdentity = keepsIdentity || identity.map { RowKey.of(id: $0) == nil } ?? false
        if isPlainDate, !hasOddIdentity, columns.hasOnly(layout.fields, number) {
            row.set(layout.nulls, Int64(columns.nulls(number)))
        } else {
            try readExtra(number, columns, into: row, isPlainDate: isPlainDate, hasOddIdentity: hasOddIdentity)
        }
        return date.map { WallTime(seconds: $0) }
    }

    /// The number of a shared text.
    @inline(__always)
    private mutating func nameNumber(of text: RowColumns.Text) throws(InwiseError) -> Int64 {
        guard !text.isEscaped else { return try names.number(of: bytes(of: text)) }
        let bytes = UnsafeRawBufferPointer(rebasing: page[text.range])
        for known in met where known.text.count == bytes.count {
            guard let first = known.text.baseAddress, let second = bytes.baseAddress else { return known.number }
            if memcmp(first, second, bytes.count) == 0 { return known.number }
        }
        let number = try names.number(of: bytes)
        if met.count < Self.mostMet { met.append((bytes, number)) }
        return number
    }

    /// A text's characters: where they lie in the page, or without its escapes in spare memory.
    @inline(__always)
    private func bytes(of text: RowColumns.Text) -> UnsafeRawBufferPointer {
        let bytes = UnsafeRawBufferPointer(rebasing: page[text.range])
        guard text.isEscaped else { return bytes }
        let room = intake.spare.room(bytes.count)
        let count = Unescaped.write(bytes, into: room) ?? 0
        return UnsafeRawBufferPointer(rebasing: room[..<count])
    }

    /// A member that no column takes.
    private struct Member {
        /// Without its escapes.
        let name: UnsafeRawBufferPointer
        /// In its quotes, as it stands in the row.
        let written: Range<Int>
        let value: Range<Int>
        /// Of an id, which may stand in quotes.
        let integer: Int64?
    }

    /// Sets what the columns can't say: the members that none takes.
    private func readExtra(
        _ number: Int, _ columns: borrowing RowColumns, into row: RowBatch.Row, isPlainDate: Bool, hasOddIdentity: Bool
    ) throws(InwiseError) {
        let text = UnsafeRawBufferPointer(rebasing: page[columns.span(of: number)])
        var members: [Member] = []
        do {
            var json = JSONScanner(text)
            json.position = 1
            json.skipWhitespace()
            while json.byte == ASCII.quote {
                let name = try json.key()
                let start = json.position
                try json.skipValue(inside: 2)
                let characters = unescaped(UnsafeRawBufferPointer(rebasing: text[name.start..<(name.start + name.length)]), name.isEscaped)
                let field = Self.field(named: characters)
                let isTaken = field.map { field in
                    columns.has(field, number) && layout.has(field)
                        && !(field == kind.date && !isPlainDate) && !(field == kind.identity && hasOddIdentity)
                } ?? false
                if !isTaken {
                    let integer = field.flatMap { $0.rawValue < RowField.integers ? columns.integer($0, number) : nil }
                    members.append(Member(
                        name: characters, written: (name.start - 1)..<(name.start + name.length + 1), value: start..<json.position, integer: integer))
                }
                json.skipWhitespace()
                if json.byte == ASCII.comma { json.position += 1 }
                json.skipWhitespace()
            }
        } catch {
            throw InwiseError(.internal, "A row that had been read can't be read again. Please report this.")
        }
        let room = intake.spare.room(text.count)
        let count = Self.write(members, of: text, to: room)
        if count > 0 { row.set(layout.extra, UnsafeRawBufferPointer(rebasing: room[..<count])) }
        // Null members are in `extra` too. A bit says that the member of a column with a value is there.
        var nulls: Int64 = 0
        if !isPlainDate { nulls |= 1 << Int64(kind.date.rawValue) }
        if hasOddIdentity { nulls |= 1 << Int64(kind.identity.rawValue) }
        row.set(layout.nulls, nulls)
    }

    /// Writes members in an order of their own, so that rows with the same values are the same. Of a name that comes twice the last counts.
    ///
    /// - Returns: how many bytes were written; no more than the row has.
    private static func write(_ members: [Member], of text: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> Int {
        let sorted = members.sorted {
            $0.name.elementsEqual($1.name) ? $0.value.lowerBound < $1.value.lowerBound : $0.name.lexicographicallyPrecedes($1.name)
        }
        var count = 0
        func write(_ bytes: some Sequence<UInt8>) {
            for byte in bytes {
                room[count] = byte
                count += 1
            }
        }
        for (index, member) in sorted.enumerated() {
            if index + 1 < sorted.count, sorted[index + 1].name.elementsEqual(member.name) { continue }
            if count > 0 { write(CollectionOfOne(ASCII.comma)) }
            write(text[member.written])
            write(CollectionOfOne(ASCII.colon))
            if let integer = member.integer { write(String(integer).utf8) } else { write(text[member.value]) }
        }
        return count
    }

    private func unescaped(_ name: UnsafeRawBufferPointer, _ isEscaped: Bool) -> UnsafeRawBufferPointer {
        guard isEscaped else { return name }
        let room = intake.spare.room(name.count)
        return UnsafeRawBufferPointer(rebasing: room[..<(Unescaped.write(name, into: room) ?? 0)])
    }

    private static func field(named name: UnsafeRawBufferPointer) -> RowField? {
        RowField.allCases.first { field in
            UnsafeRawBufferPointer(start: field.name.utf8Start, count: field.name.utf8CodeUnitCount).elementsEqual(name)
        }
    }
}
