// SPDX-License-Identifier: MIT

/// A campaign's funnel as the service counts it. A count is nil where the service leaves it out, or gives something else than an
/// integer, which is in ``extra`` then.
public struct ActivitiesSummary: Sendable, Equatable {
    /// By the service's names.
    private var values: [String: Int64] = [:]
    /// What else the service's answer holds: an object, by its names.
    public let extra: JSON

    init(_ members: [(name: String, value: JSON)]) {
        let names = FunnelCounts.fields.map(\.name)
        var rest: [(name: String, value: JSON)] = []
        for (name, value) in members {
            if let count = value.integer, names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
                values[name] = count
            } else {
                rest.append((name, value))
            }
        }
        extra = .object(rest)
    }

    /// All 15 counts, to be compared with those of a funnel; nil unless the service gives all of them.
    public var counts: FunnelCounts? {
        var counts = FunnelCounts()
        for (name, path) in FunnelCounts.fields {
            guard let count = values[name] else { return nil }
            counts[keyPath: path] = count
        }
        return counts
    }

    /// As ``FunnelCounts/opens``.
    public var opens: Int64? { values["opens"] }
    /// As ``FunnelCounts/opensUnique``.
    public var opensUnique: Int64? { values["opens_unique"] }
    /// As ``FunnelCounts/clicks``.
    public var clicks: Int64? { values["clicks"] }
    /// As ``FunnelCounts/clicksUnique``.
    public var clicksUnique: Int64? { values["clicks_unique"] }
    /// As ``FunnelCounts/sent``.
    public var sent: Int64? { values["sent"] }
    /// As ``FunnelCounts/undelivered``.
    public var undelivered: Int64? { values["undelivered"] }
    /// As ``FunnelCounts/bounces``.
    public var bounces: Int64? { values["bounces"] }
    /// As ``FunnelCounts/bouncesUnique``.
    public var bouncesUnique: Int64? { values["bounces_unique"] }
    /// As ``FunnelCounts/webversionsUnique``.
    public var webversionsUnique: Int64? { values["webversions_unique"] }
    /// As ``FunnelCounts/unsubscribes``.
    public var unsubscribes: Int64? { values["unsubscribes"] }
    /// As ``FunnelCounts/unsubscribesUnique``.
    public var unsubscribesUnique: Int64? { values["unsubscribes_unique"] }
    /// As ``FunnelCounts/reportSpam``.
    public var reportSpam: Int64? { values["report_spam"] }
    /// As ``FunnelCounts/reportSpamUnique``.
    public var reportSpamUnique: Int64? { values["report_spam_unique"] }
    /// As ``FunnelCounts/onsite``.
    public var onsite: Int64? { values["onsite"] }
    /// As ``FunnelCounts/onsiteUnique``.
    public var onsiteUnique: Int64? { values["onsite_unique"] }
}
