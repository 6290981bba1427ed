// SPDX-License-Identifier: MIT

/// A field of a webhook that the vendor's table names, in the order of the event's members.
enum WebhookField: Int {
    case timestamp, triggerType, triggerDescription, channel, accountCode, campaignID, groupID
    case ip, remarks, additionalDetails, replyContent, bounceType, reason
    case surveyField, customData

    /// As the event has it.
    @inline(__always)
    var name: StaticString {
        switch self {
        case .timestamp: "timestamp"
        case .triggerType: "trigger_type"
        case .triggerDescription: "trigger_description"
        case .channel: "channel"
        case .accountCode: "account_code"
        case .campaignID: "campaign_id"
        case .groupID: "group_id"
        case .ip: "ip"
        case .remarks: "remarks"
        case .additionalDetails: "additional_details"
        case .replyContent: "replyContent"
        case .bounceType: "bounce_type"
        case .reason: "reason"
        case .surveyField: "survey_field"
        case .customData: "custom_data"
        }
    }

    /// The field of a name, in whatever capitals; nil for any other.
    @inline(__always)
    static func named(_ name: UnsafeRawBufferPointer) -> WebhookField? {
        switch name.count {
        case 2: field(.ip, name, "ip")
        case 6: field(.reason, name, "reason")
        case 7: field(.remarks, name, "remarks")
        case 8: field(.groupID, name, "group_id")
        case 9: field(.timestamp, name, "timestamp")
        case 11: field(.campaignID, name, "campaign_id") ?? field(.bounceType, name, "bounce_type") ?? field(.customData, name, "custom_data")
        case 12:
            field(.triggerType, name, "trigger_type") ?? field(.channel, name, "channel_type") ?? field(.accountCode, name, "account_code")
                ?? field(.replyContent, name, "replycontent") ?? field(.surveyField, name, "survey_field")
        case 18: field(.additionalDetails, name, "additional_details")
        case 19: field(.triggerDescription, name, "trigger_description")
        default: nil
        }
    }

    @inline(__always)
    private static func field(_ field: WebhookField, _ name: UnsafeRawBufferPointer, _ lower: StaticString) -> WebhookField? {
        ASCIICase.areEqual(name, lower: lower) ? field : nil
    }

    /// Whether the event has a member of this name that means something else than a field of the same.
    static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool { reserved.contains { name.isSame(as: $0.bytes) } }

    private static let reserved: [StaticString] = ["channel", "contact", "other", "kind", "row", "event_id", "new", "state", "received"]
}

/// A member of a webhook's contact that the vendor names.
enum ContactField: Int {
    case id, email, mobileNumber, externalID

    var name: StaticString {
        switch self {
        case .id: "id"
        case .email: "email"
        case .mobileNumber: "mobile_number"
        case .externalID: "external_id"
        }
    }

    /// The member of a name, in whatever capitals; nil for one of the account's own.
    @inline(__always)
    static func named(_ name: UnsafeRawBufferPointer) -> ContactField? {
        switch name.count {
        case 2: ASCIICase.areEqual(name, lower: "id") ? .id : nil
        case 5: ASCIICase.areEqual(name, lower: "email") ? .email : nil
        case 11: ASCIICase.areEqual(name, lower: "external_id") ? .externalID : nil
        case 13: ASCIICase.areEqual(name, lower: "mobile_number") ? .mobileNumber : nil
        default: nil
        }
    }
}

/// Names without regard to the capitals A to Z.
enum ASCIICase {
    @inline(__always)
    static func lower(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

    /// - Parameter name: without capitals.
    @inline(__always)
    static func areEqual(_ text: UnsafeRawBufferPointer, lower name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard text.count == count, let start = text.baseAddress else { return text.count == count }
        @inline(__always) func areEqual<Word: FixedWidthInteger & UnsignedInteger>(at offset: Int, as word: Word.Type) -> Bool {
            areEqualWords(
                UInt64(truncatingIfNeeded: start.loadUnaligned(fromByteOffset: offset, as: word)),
                UInt64(truncatingIfNeeded: UnsafeRawPointer(name.utf8Start).loadUnaligned(fromByteOffset: offset, as: word)))
        }
        if count >= 8 {
            for at in stride(from: 0, to: count &- 8, by: 8) where !areEqual(at: at, as: UInt64.self) { return false }
            // The last ones, some of them perhaps once more.
            return areEqual(at: count &- 8, as: UInt64.self)
        }
        if count >= 4 { return areEqual(at: 0, as: UInt32.self) && areEqual(at: count &- 4, as: UInt32.self) }
        for at in 0..<count where !areEqual(at: at, as: UInt8.self) { return false }
        return true
    }

    /// Up to eight characters at once. Of a small letter the capital has one bit less, and of nothing else.
    @inline(__always)
    private static func areEqualWords(_ text: UInt64, _ name: UInt64) -> Bool {
        let low = name & 0x7F7F_7F7F_7F7F_7F7F
        // The highest bit of a byte is set from a on, and above z.
        let fromA = low &+ 0x1F1F_1F1F_1F1F_1F1F, aboveZ = low &+ 0x0505_0505_0505_0505
        let letters = (fromA ^ aboveZ) & ~name & 0x8080_8080_8080_8080
        return (text ^ name) & ~(letters >> 2) == 0
    }
}

extension StaticString {
    /// A text of more than one byte.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
