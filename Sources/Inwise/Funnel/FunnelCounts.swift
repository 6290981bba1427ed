// SPDX-License-Identifier: MIT

/// The stages of a funnel. `X` counts activities of a type, `XUnique` distinct contacts among them.
public struct FunnelCounts: Sendable, Equatable {
    /// `emailOpened`.
    public var opens: Int64 = 0
    /// Contacts who opened.
    public var opensUnique: Int64 = 0
    /// `emailClicked`.
    public var clicks: Int64 = 0
    /// Contacts who clicked.
    public var clicksUnique: Int64 = 0
    /// Rows of sent mails.
    public var sent: Int64 = 0
    /// Rows of recipients who were not sent to.
    public var undelivered: Int64 = 0
    /// `emailBounced`.
    public var bounces: Int64 = 0
    /// Contacts whose mail bounced.
    public var bouncesUnique: Int64 = 0
    /// Contacts who looked at the mail in a browser, by their own link or the public one.
    public var webversionsUnique: Int64 = 0
    /// `emailUnsubscribed`.
    public var unsubscribes: Int64 = 0
    /// Contacts who unsubscribed.
    public var unsubscribesUnique: Int64 = 0
    /// `emailReportSpam`.
    public var reportSpam: Int64 = 0
    /// Contacts who reported spam.
    public var reportSpamUnique: Int64 = 0
    /// `onSite`.
    public var onsite: Int64 = 0
    /// Contacts who did something on the account's site.
    public var onsiteUnique: Int64 = 0

    /// No counts.
    public init() {}

    /// The fields by the service's names, in its order.
    static let fields: [(name: String, path: any WritableKeyPath<FunnelCounts, Int64> & Sendable)] = [
        ("opens", \.opens), ("opens_unique", \.opensUnique), ("clicks", \.clicks), ("clicks_unique", \.clicksUnique),
        ("sent", \.sent), ("undelivered", \.undelivered), ("bounces", \.bounces), ("bounces_unique", \.bouncesUnique),
        ("webversions_unique", \.webversionsUnique), ("unsubscribes", \.unsubscribes),
        ("unsubscribes_unique", \.unsubscribesUnique), ("report_spam", \.reportSpam),
        ("report_spam_unique", \.reportSpamUnique), ("onsite", \.onsite), ("onsite_unique", \.onsiteUnique),
    ]
}
