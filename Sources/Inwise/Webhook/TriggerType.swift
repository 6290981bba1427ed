// SPDX-License-Identifier: MIT

/// What a webhook is about.
struct TriggerType {
    /// In the service's spelling; of one that nobody knows as it came.
    let name: UnsafeRawBufferPointer
    /// Of an event of an e-mail: what the service's row of it is.
    let kind: RowKind?

    /// In the service's spelling. The first line is the vendor's table; the last four are further types of activities.
    private static let known: [StaticString] = [
        "emailSent", "emailOpened", "emailClicked", "emailUnsubscribed", "emailBounced", "undelivered", "smsSent", "smsClicked",
        "SmsReply", "smsUnsubscribed", "MakeContactForm", "onSite", "dynamicPage",
        "emailWebVersion", "emailPublicWebVersion", "emailPrinted", "emailReportSpam",
    ]
    private static let lowerCase = known.map { name in name.bytes.map(ASCIICase.lower) }

    /// - Throws: `.protocol` where no field tells.
    init(of fields: borrowing FormFields) throws(InwiseError) {
        for number in 0..<fields.count where WebhookField.named(fields.bytes(fields[number].name)) == .triggerType {
            guard fields[number].value.count > 0 else { break }
            self.init(fields.bytes(fields[number].value))
            return
        }
        throw InwiseError(.protocol, "The webhook has no \"trigger_type\", so it is none of the service's. Hand over the body of its POST as it came.")
    }

    init(_ text: UnsafeRawBufferPointer) {
        let index = Self.known.indices.first { index in
            Self.known[index].utf8CodeUnitCount == text.count
                && zip(text, Self.lowerCase[index]).allSatisfy { ASCIICase.lower($0) == $1 }
        }
        name = index.map { Self.known[$0].bytes } ?? text
        kind =
            switch index {
            case 0: .sentEmails
            case 5: .undelivered
            default: text.count > 5 && ASCIICase.areEqual(UnsafeRawBufferPointer(rebasing: text[..<5]), lower: "email") ? .activities : nil
            }
    }

    /// The kind of row of a type in the service's spelling.
    static func kind(of name: String) -> RowKind? {
        var name = name
        return name.withUTF8 { TriggerType(UnsafeRawBufferPointer($0)).kind }
    }
}
