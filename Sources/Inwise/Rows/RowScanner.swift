// SPDX-License-Identifier: MIT

/// The one pass over a page: checks every byte, and notes where the rows lie and what the library reads of them.
enum RowScanner {
    /// Scans a JSON array of objects.
    ///
    /// - Parameters:
    ///   - bytes: the page; need not end with NUL, and nothing behind it is read.
    ///   - columns: empty; after an error without meaning.
    static func scan(
        _ bytes: UnsafeRawBufferPointer, as kind: RowKind, into columns: inout RowColumns
    ) throws(ScanFault) {
        var json = JSONScanner(bytes)
        try json.open(ASCII.bracketOpen)
        let (identity, date) = (kind.identity, kind.date)
        // Rows of about 128 bytes: a page of 1,000 grows its columns at most once.
        let expected = bytes.count &>> 7
        json.skipWhitespace()
        if json.byte == ASCII.bracketClose {
            json.position &+= 1
            return try json.end()
        }
        while true {
            guard json.byte == ASCII.braceOpen else { throw json.fault(.row) }
            guard columns.beginRow(at: json.position, expected: expected) else { throw json.fault(.memory) }
            json.position &+= 1
            json.skipWhitespace()
            if json.byte == ASCII.braceClose {
                json.position &+= 1
            } else {
                try scanMembers(&json, identity: identity, date: date, into: &columns)
            }
            columns.endRow(at: json.position)
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
    private static func scanMembers(
        _ json: inout JSONScanner, identity: RowField, date: RowField, into columns: inout RowColumns
    ) throws(ScanFault) {
        while true {
            let key = try json.key()
            if let field = json.field(key) {
                try scanValue(&json, of: field, identity: identity, date: date, into: &columns)
            } else {
                try json.skipValue(inside: 2)
            }
            json.skipWhitespace()
            let next = json.byte
            guard next == ASCII.comma || next == ASCII.braceClose else { throw json.fault(.memberEnd) }
            json.position &+= 1
            if next == ASCII.braceClose { return }
            json.skipWhitespace()
        }
    }

    @inline(__always)
    private static func scanValue(
        _ json: inout JSONScanner, of field: RowField, identity: RowField, date: RowField, into columns: inout RowColumns
    ) throws(ScanFault) {
        switch field {
        case .id, .rowIndex, .messageSize:
            let value = try scanInteger(&json, of: field, into: &columns.patches)
            if field == identity { columns.setIdentity(value) }
        case .contactID: columns.setContactID(try scanInteger(&json, of: field, into: &columns.patches))
        case .campaignID: columns.setCampaignID(try scanInteger(&json, of: field, into: &columns.patches))
        case .actionType: columns.setActionType(try scanText(&json))
        case .dateSent, .createDate, .actionDate:
            let text = try scanText(&json)
            if field == date { columns.setDate(text) }
        }
    }

    /// Scans the value of an id field.
    ///
    /// - Returns: its integer, quoted or not; nil for anything else, which passes through as it is.
    @inline(__always)
    private static func scanInteger(
        _ json: inout JSONScanner, of field: RowField, into patches: inout PatchList
    ) throws(ScanFault) -> Int64? {
        switch json.byte {
        case ASCII.quote:
            let start = json.position
            let text = try json.string()
            guard let value = json.quotedInteger(text) else { return nil }
            guard patches.append(from: start, to: json.position) else { throw json.fault(.memory) }
            return value
        case ASCII.minus, ASCII.zero...ASCII.nine:
            do { return try json.number() } catch { throw error.naming(field) }
        default:
            try json.skipValue(inside: 2)
            return nil
        }
    }

    /// Scans the value of a text field; nil if it is no text.
    @inline(__always)
    private static func scanText(_ json: inout JSONScanner) throws(ScanFault) -> JSONScanner.Text? {
        if json.byte == ASCII.quote { return try json.string() }
        try json.skipValue(inside: 2)
        return nil
    }
}

extension JSONScanner {
    /// Reads the bracket or brace that the whole text must begin with, and tells the usual other answers apart.
    mutating func open(_ bracket: UInt8) throws(ScanFault) {
        guard count <= Int(UInt32.max) else { throw ScanFault(reason: .size, offset: 1 << 32) }
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
