// SPDX-License-Identifier: MIT

internal import CByteScan

/// The one pass over a page: checks every byte, and notes where the rows lie and what their fields hold.
///
/// It guesses: that a field is followed by the one that followed it last, that there is no white space, that an
/// integer is bare and short and a text plain. Each guess is verified by the bytes themselves; what was guessed wrong is read
/// by `JSONScanner`, which knows everything and finds the faults.
package struct RowScanner: ~Copyable {
    private var json: JSONScanner
    private let heads = MemberHeads.shared
    private let followers = Followers()
    /// The row that is being read, and where it begins.
    private var row: RowColumns.Row
    private var start: Int

    /// Scans a JSON array of objects.
    ///
    /// - Parameters:
    ///   - bytes: the page; need not end with NUL, and nothing behind it is read.
    ///   - columns: memory for the rows; what they held is replaced.
    ///   - take: gets the rows, in batches of `RowColumns.mostRows`, the last one perhaps without rows. A fault may follow.
    package static func scan(
        _ bytes: UnsafeRawBufferPointer, into columns: inout RowColumns, _ take: (borrowing RowColumns) -> Void
    ) throws(ScanFault) {
        columns.removeRows()
        columns.patches.removeAll()
        var json = JSONScanner(bytes)
        try json.open(ASCII.bracketOpen)
        json.skipWhitespace()
        if json.byte == ASCII.bracketClose {
            json.position &+= 1
            try json.end()
        } else {
            // Rows of about 128 bytes: a page of 1,000 grows its columns at most once.
            columns.reserve(rows: json.count &>> 7)
            var scanner = RowScanner(json: json, row: columns.beginRow())
            try scanner.scanRows(into: &columns, take)
        }
        take(columns)
    }

    private init(json: consuming JSONScanner, row: RowColumns.Row) {
        start = json.position
        self.json = json
        self.row = row
    }

    private mutating func scanRows(
        into columns: inout RowColumns, _ take: (borrowing RowColumns) -> Void
    ) throws(ScanFault) {
        guard json.byte == ASCII.braceOpen else { throw json.fault(.row) }
        json.position &+= 1
        var last: UInt8? = Followers.rowBegin
        while let field = last {
            let field = field == Followers.rowBegin ? field : try scanAsGuessed(into: &columns, after: field, take)
            last = try scanOdd(into: &columns, after: field, take)
        }
    }

    // MARK: - As guessed

    /// Scans members and rows as long as they are as guessed.
    ///
    /// - Parameter field: whose value ends at the position.
    /// - Returns: the field whose value has been read last.
    private mutating func scanAsGuessed(
        into columns: inout RowColumns, after field: UInt8, _ take: (borrowing RowColumns) -> Void
    ) throws(ScanFault) -> UInt8 {
        // In registers, not in `self`: each step waits for the one before.
        var field = field
        var position = json.position
        var row = row
        let base = json.base
        let heads = heads
        let followers = followers.heads
        // A head or a name of 32 bytes and what is around it, and behind it a quote and a block of text.
        let safe = json.count &- (MemberHeads.reach + 8 + 1 + 32)
        while position <= safe {
            let head = followers[Int(field)]
            let beginsRow: Bool
            let value: Int
            if MemberHeads.match(head, at: base + position) {
                beginsRow = head.pointee.beginsRow
                field = head.pointee.field
                value = position &+ head.pointee.length
            } else {
                // The name's end is looked for, not taken from the head that it may be: what comes next need not wait for that.
                beginsRow = base.load(fromByteOffset: position, as: UInt8.self) == ASCII.braceClose
                guard MemberHeads.begins(at: base + position, beginsRow: beginsRow) else { break }
                let quote = position &+ (beginsRow ? 3 : 1)
                let special = inwise_special32(base + quote + 1)
                let end = quote &+ 1 &+ special.trailingZeroBitCount
                guard special != 0, MemberHeads.endsName(at: base + end) else { break }
                let found = heads.field(quotedAt: base + quote)
                followers[Int(field)] = heads.head(of: found, beginsRow: beginsRow)
                field = found
                value = end &+ 2
            }
            if beginsRow {
                row = nextRow(after: row, endingAt: position &+ 1, beginningAt: position &+ 2, in: &columns, take)
            }
            position = value
            let first = base.load(fromByteOffset: position, as: UInt8.self)
            if first == ASCII.quote, field >= RowField.integers {
                let begin = position &+ 1
                var end = begin
                var special = inwise_special32(base + end)
                while special == 0, end <= safe {
                    end &+= 32
                    special = inwise_special32(base + end)
                }
                end &+= special.trailingZeroBitCount
                if special != 0, base.load(fromByteOffset: end, as: UInt8.self) == ASCII.quote {
                    row.set(field, Range(uncheckedBounds: (begin, end)))
                    position = end &+ 1
                    continue
                }
            } else if first &- ASCII.zero <= 9, field < RowField.integers || field == MemberHeads.none {
                let length = inwise_nondigits16(base + position).trailingZeroBitCount
                if let value = JSONScanner.plainInteger(at: base + position, digits: length) {
                    row.set(field, value)
                    position &+= length
                    continue
                }
            }
            json.position = position
            self.row = row
            try scanOddValue(of: field, &columns)
            row = self.row
            position = json.position
        }
        json.position = position
        self.row = row
        return field
    }

    /// Ends a row, and begins the next.
    @inline(__always)
    private mutating func nextRow(
        after row: RowColumns.Row, endingAt end: Int, beginningAt next: Int, in columns: inout RowColumns,
        _ take: (borrowing RowColumns) -> Void
    ) -> RowColumns.Row {
        columns.end(row, span: Range(uncheckedBounds: (start, end)))
        start = next
        if columns.isFull { makeRoom(in: &columns, take) }
        return columns.beginRow()
    }

    @inline(never)
    private func makeRoom(in columns: inout RowColumns, _ take: (borrowing RowColumns) -> Void) {
        if columns.count < RowColumns.mostRows { return columns.reserve(rows: 2 * columns.count) }
        take(columns)
        columns.removeRows()
    }

    // MARK: - Anything else

    /// Scans one more member, or the end of the row and the beginning of the next, with the white space around it.
    ///
    /// - Parameter field: whose value ends at the position; `rowBegin` right behind a row's opening brace.
    /// - Returns: the same for the new position; nil at the page's end.
    @inline(never)
    private mutating func scanOdd(
        into columns: inout RowColumns, after field: UInt8, _ take: (borrowing RowColumns) -> Void
    ) throws(ScanFault) -> UInt8? {
        json.skipWhitespace()
        if json.byte == ASCII.braceClose {
            json.position &+= 1
            let end = json.position
            json.skipWhitespace()
            guard json.byte == ASCII.comma else {
                columns.end(row, span: start..<end)
                guard json.byte == ASCII.bracketClose else { throw json.fault(.elementEnd) }
                json.position &+= 1
                try json.end()
                return nil
            }
            json.position &+= 1
            json.skipWhitespace()
            guard json.byte == ASCII.braceOpen else { throw json.fault(.row) }
            row = nextRow(after: row, endingAt: end, beginningAt: json.position, in: &columns, take)
            json.position &+= 1
            return Followers.rowBegin
        }
        if field != Followers.rowBegin {
            guard json.byte == ASCII.comma else { throw json.fault(.memberEnd) }
            json.position &+= 1
            json.skipWhitespace()
        }
        let field = try scanName()
        try scanOddValue(of: field, &columns)
        return field
    }

    /// Reads over a name and its colon; `MemberHeads.none` for one that passes through.
    private mutating func scanName() throws(ScanFault) -> UInt8 {
        if json.position <= json.count &- MemberHeads.reach {
            let field = heads.field(quotedAt: json.base + json.position)
            if field != MemberHeads.none {
                // The quotes and the colon.
                json.position &+= heads.head(of: field, beginsRow: false).pointee.length &- 1
                return field
            }
        }
        let text = try json.key()
        let name = UnsafeRawBufferPointer(start: json.base + text.start, count: text.length)
        guard text.isEscaped else { return heads.field(named: name, json.scratch) }
        guard let count = Unescaped.write(name, into: json.scratch) else { return MemberHeads.none }
        return heads.field(named: UnsafeRawBufferPointer(rebasing: json.scratch[..<count]), json.scratch)
    }

    /// Scans any value. A field that comes again replaces what the row had, also by nothing.
    @inline(never)
    private mutating func scanOddValue(of field: UInt8, _ columns: inout RowColumns) throws(ScanFault) {
        json.skipWhitespace()
        if field < RowField.integers {
            if let value = try scanInteger(of: field, &columns) { return row.set(field, value) }
        } else if field < MemberHeads.none, json.byte == ASCII.quote {
            return columns.set(field, try json.string(), of: &row)
        } else {
            noteOddValue(of: field)
            try json.skipValue(inside: 2)
        }
        row.clear(field)
    }

    /// Notes the value at the position, which the field doesn't take.
    private mutating func noteOddValue(of field: UInt8) {
        if field < MemberHeads.none, json.byte == UInt8(ascii: "n") { row.noteNull(field) } else { row.noteOther() }
    }

    /// - Returns: the integer, quoted or not; nil for anything else, which passes through as it is.
    private mutating func scanInteger(of field: UInt8, _ columns: inout RowColumns) throws(ScanFault) -> Int64? {
        switch json.byte {
        case ASCII.quote:
            let start = json.position
            let text = try json.string()
            guard let value = json.quotedInteger(text) else {
                row.noteOther()
                return nil
            }
            guard columns.notePatch(from: start, to: json.position) else { throw json.fault(.memory) }
            return value
        case ASCII.minus, ASCII.zero...ASCII.nine:
            do {
                let value = try json.number()
                if value == nil { row.noteOther() }
                return value
            } catch {
                throw RowField(rawValue: field).map(error.naming) ?? error
            }
        default:
            noteOddValue(of: field)
            try json.skipValue(inside: 2)
            return nil
        }
    }
}

/// For each field, and for those that pass through, the head that came behind it last.
private struct Followers: ~Copyable {
    /// Stands for the beginning of a row, which no head leads from.
    static let rowBegin = MemberHeads.none + 1
    /// By field.
    let heads: UnsafeMutablePointer<UnsafePointer<MemberHeads.Head>>

    init() {
        heads = .allocate(capacity: Int(Self.rowBegin))
        heads.initialize(repeating: MemberHeads.shared.nowhere, count: Int(Self.rowBegin))
    }

    deinit { heads.deallocate() }
}

extension JSONScanner {
    /// Reads the bracket or brace that the whole text must begin with, and tells the usual other answers apart.
    mutating func open(_ bracket: UInt8) throws(ScanFault) {
        guard count <= RowColumns.longestPage else { throw ScanFault(reason: .size, offset: RowColumns.longestPage) }
        skipWhitespace()
        guard byte == bracket else {
            switch byte {
            case _ where position >= count: throw fault(.empty)
            case UInt8(ascii: "<"): throw fault(.markup)
            case ASCII.braceOpen: throw fault(.objectForArray)
            case ASCII.bracketOpen: throw fault(.arrayForObject)
            case 0xEF where position &+ 2 < count && load(position &+ 1) == 0xBB && load(position &+ 2) == 0xBF:
                throw fault(.byteOrderMark)
            default: throw fault(.root)
            }
        }
        try checkEncoding()
        position &+= 1
    }
}
