// SPDX-License-Identifier: MIT

/// A campaign's own summary beside what the mirror's rows add up to.
struct CampaignAudit {
    let campaign: Int64
    /// Whose rows the mirror has.
    private let kinds: [RowKind]
    /// By field, as the service gives it; what it leaves out can't be compared.
    private(set) var service: [String: Int64] = [:]
    /// What it gave the time before: rows may have arrived since.
    private var earlier: [String: Int64] = [:]
    private(set) var mirror = FunnelCounts()
    /// What the mirror had at first, and the fields that differed then.
    private var before = FunnelCounts()
    private var differed: [String] = []
    /// Ranges that could not be read again.
    var failures = 0
    /// Days whose rows were read again and brought some.
    var days: Set<Int64> = []
    /// Rows that this brought.
    var recovered = 0
    /// Whether it has been held against each other.
    private var isCompared = false

    init(_ campaign: Int64, _ kinds: [RowKind]) {
        self.campaign = campaign
        self.kinds = kinds
    }

    mutating func compare(_ service: [String: Int64], _ mirror: FunnelCounts) {
        (earlier, self.service, self.mirror) = (self.service, service, mirror)
        if !isCompared {
            before = mirror
            differed = differences.map(\.field)
        }
        isCompared = true
    }

    /// The fields that differ now. The mirror was read between two answers of the service: what lies between the two is equal.
    var differences: [(field: String, service: Int64, mirror: Int64)] {
        FunnelCounts.fields.compactMap { field in
            let ours = mirror[keyPath: field.path]
            guard let theirs = service[field.name], !(min(theirs, earlier[field.name] ?? theirs)...max(theirs, earlier[field.name] ?? theirs)).contains(ours),
                Self.rows(of: field.name).allSatisfy({ kinds.contains($0.kind) })
            else { return nil }
            return (field.name, theirs, mirror[keyPath: field.path])
        }
    }

    var isEqual: Bool { differences.isEmpty }

    /// Which rows a field counts: nil for an action type that the field doesn't name.
    static func rows(of field: String) -> [(kind: RowKind, actionType: String?)] {
        switch field {
        case "sent": [(.sentEmails, nil)]
        case "undelivered": [(.undelivered, nil)]
        case "opens", "opens_unique": [(.activities, "emailOpened")]
        case "clicks", "clicks_unique": [(.activities, "emailClicked")]
        case "bounces", "bounces_unique": [(.activities, "emailBounced")]
        case "unsubscribes", "unsubscribes_unique": [(.activities, "emailUnsubscribed")]
        case "webversions_unique": [(.activities, "emailWebVersion"), (.activities, "emailPublicWebVersion")]
        case "report_spam", "report_spam_unique": [(.activities, "emailReportSpam")]
        case "onsite", "onsite_unique": [(.activities, "onSite")]
        default: []
        }
    }

    var json: JSON {
        func object(_ counts: FunnelCounts) -> [String: Int64] {
            Dictionary(uniqueKeysWithValues: FunnelCounts.fields.map { ($0.name, counts[keyPath: $0.path]) })
        }
        func value(_ count: Int64?) -> JSON { count.map { .integer($0) } ?? .null }
        let (first, found) = (object(before), object(mirror))
        let fields = differed + differences.map(\.field).filter { !differed.contains($0) }
        return .object([
            ("campaign_id", .integer(campaign)), ("equal", .bool(isEqual)),
            ("service", .object(FunnelCounts.fields.compactMap { field in service[field.name].map { (field.name, .integer($0)) } })),
            ("mirror", .object(FunnelCounts.fields.map { ($0.name, .integer(mirror[keyPath: $0.path])) })),
            ("differences", .array(fields.map { field in
                .object([
                    ("field", .string(field)), ("service", value(service[field])), ("mirror", value(first[field])), ("found", value(found[field])),
                ])
            })),
            ("days", .array(days.sorted().map { .string(String(WallTime(seconds: $0).text.prefix(10))) })),
            ("recovered", .integer(Int64(recovered))),
        ])
    }
}
