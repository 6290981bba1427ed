// SPDX-License-Identifier: MIT

internal import Inwise

/// An activity as the service posts it.
struct WebhookBody {
    private(set) var text = ""

    /// - Parameters:
    ///   - hasOtherSpelling: of names, as the vendor's table of fields has it.
    ///   - hasOtherDate: `12/19/2021 13:48:29`.
    init(_ live: LiveActivity, hasOtherSpelling: Bool, hasOtherDate: Bool) {
        let activity = live.activity
        let type = activity.actionType?.rawValue ?? ""
        let isEmail = type.hasPrefix("email")
        add(hasOtherSpelling ? "Timestamp" : "timeStamp", activity.actionDate.map { hasOtherDate ? Self.american($0) : $0.description })
        add("trigger_type", type)
        add("trigger_description", Self.description(of: type))
        add("channel_type", isEmail ? "Email" : "")
        if isEmail {
            add(hasOtherSpelling ? "Campaign_id" : "campaign_id", activity.campaignID.map(String.init))
            add("group_id", activity.campaignID.map { String(940_000 + $0 % 10_000) })
        }
        add("contact[id]", activity.contactID.map(String.init))
        add("contact[email]", live.email)
        if let id = activity.externalID { add("contact[external_id]", id) }
        add("contact[field1]", "")
        if isEmail {
            if let ip = activity.ip { add("ip", ip) }
            if let remarks = activity.remarks { add("remarks", remarks) }
            if let details = activity.additionalData { add("additional_details", details) }
        } else if let id = activity.externalID {
            add("custom_data", "[{\"Key\": \"externalId\", \"Value\": \"\(id)\"}]")
        }
    }

    private mutating func add(_ name: String, _ value: String?) {
        if !text.isEmpty { text += "&" }
        text += Self.encoded(name) + "=" + Self.encoded(value ?? "")
    }

    /// As the vendor's example has it: `%3a`, and a plus for a blank.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789abcdef")
        return text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                encoded.append(Character(Unicode.Scalar(byte)))
            case UInt8(ascii: " "): encoded.append("+")
            default: encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }

    private static func american(_ date: LocalDateTime) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(two(date.month))/\(two(date.day))/\(date.year) \(two(date.hour)):\(two(date.minute)):\(two(date.second))"
    }

    /// `emailOpened` as `Email Opened`.
    private static func description(of type: String) -> String {
        type.reduce(into: "") { words, letter in
            if words.isEmpty { words += letter.uppercased() } else { words += letter.isUppercase ? " \(letter)" : String(letter) }
        }
    }
}
