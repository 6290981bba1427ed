// SPDX-License-Identifier: MIT

/// The one pass over a page: checks every byte, and notes where the rows lie and what their fields hold.
///
/// It guesses: that a field is followed by the one that followed it last, that there is no white space, that an
/// integer is bare and short and a text plain. Each guess is verified by the bytes themselves; what was guessed wrong is read
/// by `JSONScanner`, which knows everything and finds the faults.
package struct RowScanner: ~Copyable {
    private var json: JSONScanner
    private let names = FieldNames.shared
    /// For each field, and for a row's beginning, the field that came behind it last.
    private var followers = Followers()
    /// Up to this offset guesses may read ahead.
    private let safe: Int

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
        var scanner = RowScanner(bytes)
        try scanner.scanPage(into: &columns, take)
        take(columns)
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        json = JSONScanner(bytes)
        // A name, then two words of an integer.
        safe = bytes.count &- (FieldNames.reach + 16)
    }

    private mutating func scanPage(
        into columns: inout RowColumns, _ take: (borrowing RowColumns) -> Void
    ) throws(ScanFault) {
        try json.open(ASCII.bracketOpen)
        // Rows of about 128 bytes: a page of 1,000 grows its columns at most once.
        let expected = json.count &>> 7
        json.skipWhitespace()
        if json.byte == ASCII.bracketClose {
            json.position &+= 1
            return try json.end()
        }
        while true {
            guard json.byte == ASCII.braceOpen else { throw json.fault(.row) }
            if columns.count == RowColumns.mostRows {
                take(columns)
                columns.removeRows()
            }
            guard var row = columns.beginRow(expected: expected) else { throw json.fault(.memory) }
            let start = json.position
            json.position &+= 1
            json.skipWhitespace()
            if json.byte == ASCII.braceClose {
                json.position &+= 1
            } else {
                try scanMembers(of: &row, &columns.patches)
            }
            columns.end(row, span: start..<json.position)
            json.skipWhitespace()
            if json.byte == ASCII.comma {
                json.position &+= 1
                json.skipWhitespace()
                continue
            }
            guard json.byte == ASCII.bracketClose else { throw json.fault(.elementEnd) }
            json.position &+= 1
            return try json.end()
        }
    }

    /// Scans a row's members, one at least, and its closing brace.
    @inline(__always)
    private mutating func scanMembers(of row: inout RowColumns.Row, _ patches: inout PatchList) throws(ScanFault) {
        var field = Followers.rowBegin
        while true {
            field = try scanName(after: field)
            if field < RowField.integers {
                try scanInteger(field, of: &row, &patches)
            } else if field < FieldNames.none {
                try scanText(field, of: &row)
            } else {
                try json.skipValue(inside: 2)
            }
            var next = json.byte
            if next <= 0x20 {
                json.skipWhitespace()
                next = json.byte
            }
            guard next == ASCII.comma || next == ASCII.braceClose else { throw json.fault(.memberEnd) }
            json.position &+= 1
            if next == ASCII.braceClose { return }
            if json.byte <= 0x20 { json.skipWhitespace() }
        }
    }

    /// Reads over a name and its colon; `FieldNames.none` for one that passes through.
    @inline(__always)
    private mutating func scanName(after field: UInt8) throws(ScanFault) -> UInt8 {
        let isSafe = json.position <= safe
        if isSafe {
            let guess = followers[field]
            let length = names.match(guess, at: json.base + json.position)
            if length > 0 {
                json.position &+= length
                if json.byte <= 0x20 { json.skipWhitespace() }
                return guess
            }
            if let (found, length) = names.find(at: json.base + json.position) {
                followers[field] = found
                json.position &+= length
                if json.byte <= 0x20 { json.skipWhitespace() }
                return found
            }
        }
        return try scanOddName()
    }

    @inline(never)
    private mutating func scanOddName() throws(ScanFault) -> UInt8 {
        let text = try json.key()
        var name = UnsafeRawBufferPointer(start: json.base + text.start, count: text.length)
        if text.isEscaped {
            guard let count = Unescaped.write(name, into: json.scratch) else { return FieldNames.none }
            name = UnsafeRawBufferPointer(rebasing: json.scratch[..<count])
        }
        return names.find(named: name, json.scratch)
    }

    // MARK: - Values

    @inline(__always)
    private mutating func scanInteger(
        _ field: UInt8, of row: inout RowColumns.Row, _ patches: inout PatchList
    ) throws(ScanFault) {
        if json.position <= json.count &- 17, let value = json.plainInteger() {
            row.set(field, value)
        } else if let value = try scanOddInteger(field, &patches) {
            row.set(field, value)
        } else {
            row.clear(field)
        }
    }

    /// - Returns: the integer, quoted or not; nil for anything else, which passes through as it is.
    @inline(never)
    private mutating func scanOddInteger(_ field: UInt8, _ patches: inout PatchList) throws(ScanFault) -> Int64? {
        switch json.byte {
        case ASCII.quote:
            let start = json.position
            let text = try json.string()
            guard let value = json.quotedInteger(text) else { return nil }
            guard patches.append(from: start, to: json.position) else { throw json.fault(.memory) }
            return value
        case ASCII.minus, ASCII.zero...ASCII.nine:
            do { return try json.number() } catch { throw RowField(rawValue: field).map(error.naming) ?? error }
        default:
            try json.skipValue(inside: 2)
            return nil
        }
    }

    @inline(__always)
    private mutating func scanText(_ field: UInt8, of row: inout RowColumns.Row) throws(ScanFault) {
        if json.byte == ASCII.quote {
            let text = try json.string()
            row.set(field, RowColumns.Text(start: text.start, length: text.length, isEscaped: text.isEscaped))
        } else {
            try json.skipValue(inside: 2)
            row.clear(field)
        }
    }
}

/// Which field came behind which.
private struct Followers: ~Copyable {
    /// Stands for the beginning of a row.
    static let rowBegin = FieldNames.none + 1
    private let next: UnsafeMutablePointer<UInt8>

    init() {
        next = .allocate(capacity: Int(Self.rowBegin) + 1)
        next.initialize(repeating: FieldNames.none, count: Int(Self.rowBegin) + 1)
    }

    deinit { next.deallocate() }

    /// - Parameter field: at most `rowBegin`.
    @inline(__always)
    subscript(field: UInt8) -> UInt8 {
        get { next[Int(field)] }
        nonmutating set { next[Int(field)] = newValue }
    }
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
        position &+= 1
    }
}
