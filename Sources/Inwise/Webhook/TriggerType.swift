// SPDX-License-Identifier: MIT

/// What a webhook is about.
struct TriggerType {
    /// In the service's spelling; of one that nobody knows as it came.
    let name: UnsafeRawBufferPointer
    /// Of an event of an e-mail: what the service's row of it is.
    let kind: RowKind?

    /// Whether it is one of the vendor's table, or of the further types of activities.
    let isKnown: Bool

    init(_ text: UnsafeRawBufferPointer) {
        let known = Self.known(text)
        isKnown = known != nil
        name = known?.bytes ?? text
        if let known, known.utf8CodeUnitCount == 9 {
            kind = .sentEmails
        } else if let known, known.utf8Start[0] == UInt8(ascii: "u") {
            kind = .undelivered
        } else {
            kind = text.count > 5 && ASCIICase.areEqual(UnsafeRawBufferPointer(rebasing: text[..<5]), lower: "email") ? .activities : nil
        }
    }

    /// The service's spelling of a type in whatever capitals. Four types of activities are not in the vendor's table of webhooks.
    private static func known(_ text: UnsafeRawBufferPointer) -> StaticString? {
        switch text.count {
        case 6: spelling(text, "onSite", "onsite")
        case 7: spelling(text, "smsSent", "smssent")
        case 8: spelling(text, "SmsReply", "smsreply")
        case 9: spelling(text, "emailSent", "emailsent")
        case 10: spelling(text, "smsClicked", "smsclicked")
        case 11: spelling(text, "emailOpened", "emailopened") ?? spelling(text, "undelivered", "undelivered") ?? spelling(text, "dynamicPage", "dynamicpage")
        case 12:
            spelling(text, "emailClicked", "emailclicked") ?? spelling(text, "emailBounced", "emailbounced")
                ?? spelling(text, "emailPrinted", "emailprinted")
        case 15:
            spelling(text, "smsUnsubscribed", "smsunsubscribed") ?? spelling(text, "MakeContactForm", "makecontactform")
                ?? spelling(text, "emailWebVersion", "emailwebversion") ?? spelling(text, "emailReportSpam", "emailreportspam")
        case 17: spelling(text, "emailUnsubscribed", "emailunsubscribed")
        case 21: spelling(text, "emailPublicWebVersion", "emailpublicwebversion")
        default: nil
        }
    }

    @inline(__always)
    private static func spelling(_ text: UnsafeRawBufferPointer, _ name: StaticString, _ lower: StaticString) -> StaticString? {
        ASCIICase.areEqual(text, lower: lower) ? name : nil
    }
}
