// SPDX-License-Identifier: MIT

/// A question that a source answers, named as the service names it.
public enum Method: String, Sendable, CaseIterable {
    /// Mails that were handed over for delivery.
    case sentEmails
    /// Recipients who were not sent to.
    case undelivered
    /// What recipients did.
    case activities
    /// A campaign's funnel as the service counts it.
    case activitiesSummary
    /// What is new of activities; reading consumes it.
    case recentActivities
    /// What is new of sent mails; reading consumes it.
    case recentSentEmails
    /// What is new of recipients who were not sent to; reading consumes it.
    case recentUndelivered

    /// What the answer's rows are; nil for the summary, which is one object.
    package var rowKind: RowKind? {
        switch self {
        case .sentEmails, .recentSentEmails: .sentEmails
        case .undelivered, .recentUndelivered: .undelivered
        case .activities, .recentActivities: .activities
        case .activitiesSummary: nil
        }
    }

    /// The method that asks for rows of a kind by date.
    static func of(_ kind: RowKind) -> Method {
        switch kind {
        case .sentEmails: .sentEmails
        case .undelivered: .undelivered
        case .activities: .activities
        }
    }

    /// The feed of what is new of a kind.
    static func recent(_ kind: RowKind) -> Method {
        switch kind {
        case .sentEmails: .recentSentEmails
        case .undelivered: .recentUndelivered
        case .activities: .recentActivities
        }
    }

    /// Whether reading the answer consumes it, so that a repeat would lose rows.
    package var consumes: Bool {
        switch self {
        case .recentActivities, .recentSentEmails, .recentUndelivered: true
        default: false
        }
    }

    /// Whether a cursor can walk it.
    package var isPaged: Bool { !consumes && self != .activitiesSummary }

    /// Whether the service answers for the past week only when no date is named.
    package var hasDefaultWindow: Bool { self == .sentEmails || self == .activities }
}
