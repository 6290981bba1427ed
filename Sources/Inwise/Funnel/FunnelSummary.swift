// SPDX-License-Identifier: MIT

/// What a funnel's rows add up to, together or in a group of them.
public struct FunnelSummary: Sendable, Equatable, CustomStringConvertible {
    /// Activities of a type, and distinct contacts among them.
    public struct TypeCount: Sendable, Equatable {
        /// The type.
        public let type: ActionType
        /// Activities.
        public let count: Int64
        /// Contacts.
        public let unique: Int64
    }

    /// Shares from 0 up; nil where the denominator is 0 or less.
    public struct Rates: Sendable, Equatable {
        /// Sent mails less contacts that bounced, a count; nil where no sent row was added.
        public let delivered: Int64?
        /// `opensUnique` of `delivered`.
        public let open: Double?
        /// `clicksUnique` of `delivered`.
        public let click: Double?
        /// `clicksUnique` of `opensUnique`.
        public let clickToOpen: Double?
        /// `bouncesUnique` of `sent`.
        public let bounce: Double?
        /// `unsubscribesUnique` of `delivered`.
        public let unsubscribe: Double?
        /// `reportSpamUnique` of `delivered`.
        public let spam: Double?
    }

    /// Seconds from a contact's first mail of a campaign to its first response: the shortest time within which that share of the
    /// contacts responded.
    public struct ResponseTimes: Sendable, Equatable {
        /// Contacts that have both dates.
        public let contacts: Int64
        /// A tenth of them had responded.
        public let p10: Int64
        /// A quarter.
        public let p25: Int64
        /// Half of them: the median.
        public let p50: Int64
        /// Three quarters.
        public let p75: Int64
        /// Nine tenths.
        public let p90: Int64
    }

    /// What the group is named: a campaign's id, a day, an hour, a source or a domain; nil for rows that don't tell, and for all
    /// rows together.
    public let name: String?
    /// The stages.
    public let counts: FunnelCounts
    /// Action types that have no count of their own and occur, in the order of their names.
    public let types: [TypeCount]
    /// The shares that the stages make.
    public let rates: Rates
    /// How long contacts took to open. Nil where no contact has both dates, and in groups of anything but campaigns.
    public let timeToOpen: ResponseTimes?
    /// How long contacts took to click; nil as ``timeToOpen``.
    public let timeToClick: ResponseTimes?
    /// With ``FunnelQuery/groupBy`` a summary for each group; they ascend, and the rows that don't tell come last.
    public let groups: [FunnelSummary]

    /// The same as JSON text, as `inwise_funnel_summary` gives it.
    public let description: String

    /// - Parameter json: as `FunnelCounter` makes it, which names a group first.
    init(_ json: JSON, isGroup: Bool = false) {
        var counts = FunnelCounts()
        for (name, path) in FunnelCounts.fields { counts[keyPath: path] = json[name]?.integer ?? 0 }
        self.counts = counts
        types = (json["types"]?.members ?? []).map { name, type in
            TypeCount(type: ActionType(rawValue: name), count: type["count"]?.integer ?? 0, unique: type["unique"]?.integer ?? 0)
        }
        func rate(_ name: String) -> Double? { json["rates"]?[name]?.number }
        rates = Rates(
            delivered: json["rates"]?["delivered"]?.integer, open: rate("open_rate"), click: rate("click_rate"),
            clickToOpen: rate("click_to_open_rate"), bounce: rate("bounce_rate"), unsubscribe: rate("unsubscribe_rate"),
            spam: rate("spam_rate"))
        func times(_ name: String) -> ResponseTimes? {
            guard let times = json[name], let contacts = times["contacts"]?.integer else { return nil }
            func quantile(_ name: String) -> Int64 { times[name]?.integer ?? 0 }
            return ResponseTimes(
                contacts: contacts, p10: quantile("p10"), p25: quantile("p25"), p50: quantile("p50"), p75: quantile("p75"),
                p90: quantile("p90"))
        }
        timeToOpen = times("time_to_open")
        timeToClick = times("time_to_click")
        if case .array(let groups)? = json["groups"] {
            self.groups = groups.map { FunnelSummary($0, isGroup: true) }
        } else {
            groups = []
        }
        if isGroup, case .object(let members) = json, let first = members.first {
            name = first.value.string ?? first.value.integer.map(String.init)
        } else {
            name = nil
        }
        description = json.text
    }
}
