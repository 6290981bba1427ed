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
enum ContactField: Int, CaseIterable {
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

    /// Eight bytes at once.
    @inline(__always)
    private static func lower(_ word: UInt64) -> UInt64 {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        // The highest bit of a byte is set from A on, and above Z.
        let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F, aboveZ = low &+ 0x2525_2525_2525_2525
        return word | (((fromA ^ aboveZ) & ~word & 0x8080_8080_8080_8080) >> 2)
    }

    @inline(__always)
    static func areEqual(_ text: UnsafeRawBufferPointer, lower name: StaticString) -> Bool {
        guard text.count == name.utf8CodeUnitCount else { return false }
        let start = UnsafeRawPointer(name.utf8Start)
        var at = 0
        while at < text.count {
            if at &+ 8 <= text.count {
                guard lower(text.loadUnaligned(fromByteOffset: at, as: UInt64.self)) == start.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                else { return false }
                at &+= 8
            } else {
                guard lower(text[at]) == start.load(fromByteOffset: at, as: UInt8.self) else { return false }
                at &+= 1
            }
        }
        return true
    }
}

extension StaticString {
    /// A text of more than one byte.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
