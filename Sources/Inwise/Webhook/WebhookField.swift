// SPDX-License-Identifier: MIT

/// A field of a webhook that the vendor's table names, in the order of the event's members.
enum WebhookField: Int, CaseIterable {
    case timestamp, triggerType, triggerDescription, channel, accountCode, campaignID, groupID
    case ip, remarks, additionalDetails, replyContent, bounceType, reason
    case surveyField, customData

    /// What a value is.
    enum Value { case time, trigger, channel, text, integer, json }

    var value: Value {
        switch self {
        case .timestamp: .time
        case .triggerType: .trigger
        case .channel: .channel
        case .campaignID, .groupID: .integer
        case .surveyField, .customData: .json
        default: .text
        }
    }

    /// As the service writes it, in lower case.
    private var wireName: StaticString {
        switch self {
        case .channel: "channel_type"
        case .replyContent: "replycontent"
        default: name
        }
    }

    /// As the event has it.
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

    /// By the length of the name, and those of one length in a row.
    private static let byLength: [[WebhookField]] = {
        var found: [[WebhookField]] = []
        for field in allCases {
            let count = field.wireName.utf8CodeUnitCount
            while found.count <= count { found.append([]) }
            found[count].append(field)
        }
        return found
    }()

    /// The field of a name, in whatever capitals; nil for any other.
    @inline(__always)
    static func named(_ name: UnsafeRawBufferPointer) -> WebhookField? {
        guard name.count < byLength.count else { return nil }
        for field in byLength[name.count] where ASCIICase.areEqual(name, lower: field.wireName) { return field }
        return nil
    }

    /// Members of an event that are none of these fields.
    private static let otherMembers: [StaticString] = [
        "contact", "other", "kind", "row", "event_id", "new", "state", "received", "provisional",
    ]

    /// Whether the event has a member of this name that means something else.
    static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool {
        allCases.contains { name.elementsEqual($0.name.bytes) } || otherMembers.contains { name.elementsEqual($0.bytes) }
    }
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

    @inline(__always)
    static func areEqual(_ text: UnsafeRawBufferPointer, lower name: StaticString) -> Bool {
        guard text.count == name.utf8CodeUnitCount else { return false }
        let start = name.utf8Start
        for index in 0..<text.count where lower(text[index]) != start[index] { return false }
        return true
    }
}

extension StaticString {
    /// A text of more than one byte.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
