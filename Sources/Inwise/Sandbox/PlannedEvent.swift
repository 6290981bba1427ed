// SPDX-License-Identifier: MIT

/// An event of a made-up history in 63 bits: sorted as numbers, events are sorted by time. An account of millions of
/// mails is planned and sorted in a moment this way.
struct PlannedEvent: Comparable, Sendable {
    private let bits: UInt64

    /// - Parameters:
    ///   - second: of the history, from 0; 3,650 days fit.
    ///   - campaign: index below 1,024.
    ///   - contact: index below 1,048,576.
    ///   - kind: below 16; what it counts, the list says that the event is in.
    init(second: Int, campaign: Int, contact: Int, kind: Int = 0) {
        bits = UInt64(truncatingIfNeeded: second) << 34 | UInt64(truncatingIfNeeded: campaign & 1023) << 24
            | UInt64(truncatingIfNeeded: contact & 0xf_ffff) << 4 | UInt64(truncatingIfNeeded: kind & 15)
    }

    var second: Int { Int(truncatingIfNeeded: bits >> 34) }
    var campaign: Int { Int(truncatingIfNeeded: bits >> 24 & 1023) }
    var contact: Int { Int(truncatingIfNeeded: bits >> 4 & 0xf_ffff) }
    var kind: Int { Int(truncatingIfNeeded: bits & 15) }

    /// The campaign and the contact as one number.
    var mail: UInt32 { UInt32(truncatingIfNeeded: bits >> 4 & 0x3fff_ffff) }

    static func < (left: PlannedEvent, right: PlannedEvent) -> Bool { left.bits < right.bits }
}

/// What a recipient does with a mail; raw values are a `PlannedEvent`'s kinds.
enum PlannedActivity: Int, CaseIterable {
    case opened, clicked, bounced, unsubscribed, webVersion, publicWebVersion, printed, reportSpam, onSite

    /// The service's `action_type`.
    var name: String {
        switch self {
        case .opened: "emailOpened"
        case .clicked: "emailClicked"
        case .bounced: "emailBounced"
        case .unsubscribed: "emailUnsubscribed"
        case .webVersion: "emailWebVersion"
        case .publicWebVersion: "emailPublicWebVersion"
        case .printed: "emailPrinted"
        case .reportSpam: "emailReportSpam"
        case .onSite: "onSite"
        }
    }
}

/// Why a recipient wasn't sent to; raw values are a `PlannedEvent`'s kinds.
enum PlannedReason: Int, CaseIterable {
    case unsubscribed, frequencyLimit, bounced, other

    var name: String {
        switch self {
        case .unsubscribed: "unsubscribed"
        case .frequencyLimit: "frequency_limit"
        case .bounced: "bounced"
        case .other: "other"
        }
    }
}
