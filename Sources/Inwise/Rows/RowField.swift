// SPDX-License-Identifier: MIT

/// The fields of a row that the library itself reads; all others pass through.
enum RowField: UInt8, CaseIterable {
    case id, rowIndex, contactID, campaignID, messageSize
    case actionType
    case dateSent, createDate, actionDate

    var name: StaticString {
        switch self {
        case .id: "id"
        case .rowIndex: "row_index"
        case .contactID: "contact_id"
        case .campaignID: "campaign_id"
        case .messageSize: "message_size"
        case .actionType: "action_type"
        case .dateSent: "date_sent"
        case .createDate: "create_date"
        case .actionDate: "action_date"
        }
    }

    /// The field that a key names.
    ///
    /// - Parameter key: the key's characters, its escapes already resolved.
    @inline(__always)
    init?(_ key: UnsafeRawBufferPointer) {
        guard let bytes = key.baseAddress else { return nil }
        let length = key.count
        switch length {
        case 2:
            guard bytes.loadUnaligned(as: UInt16.self) == UInt16(bigEndian: 0x6964) else { return nil }
            self = .id
        case 9...12:
            // Two words, which overlap, are the whole of such a name.
            let head = bytes.loadUnaligned(as: UInt64.self)
            let tail = bytes.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            func names(_ field: StaticString) -> Bool {
                let name = UnsafeRawPointer(field.utf8Start)
                return head == name.loadUnaligned(as: UInt64.self)
                    && tail == name.loadUnaligned(fromByteOffset: field.utf8CodeUnitCount &- 8, as: UInt64.self)
            }
            switch length {
            case 9 where names("row_index"): self = .rowIndex
            case 9 where names("date_sent"): self = .dateSent
            case 10 where names("contact_id"): self = .contactID
            case 11 where names("campaign_id"): self = .campaignID
            case 11 where names("action_type"): self = .actionType
            case 11 where names("action_date"): self = .actionDate
            case 11 where names("create_date"): self = .createDate
            case 12 where names("message_size"): self = .messageSize
            default: return nil
            }
        default: return nil
        }
    }
}

extension RowKind {
    /// The field by which two rows are the same row.
    var identity: RowField { self == .sentEmails ? .rowIndex : .id }

    /// The field that says when.
    var date: RowField {
        switch self {
        case .sentEmails: .dateSent
        case .undelivered: .createDate
        case .activities: .actionDate
        }
    }
}

extension JSONScanner {
    /// The field that a key names, with or without escapes; nil for one that passes through.
    @inline(__always)
    func field(_ key: Text) -> RowField? {
        let bytes = UnsafeRawBufferPointer(start: base + key.start, count: key.length)
        guard key.isEscaped else { return RowField(bytes) }
        guard let count = Unescaped.write(bytes, into: scratch) else { return nil }
        return RowField(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    }
}
