// SPDX-License-Identifier: MIT

internal import Inwise

/// What the command line reads of a report; `inwise.h` says at `inwise_sync` what each member means.
struct ReportParts {
    /// All of it. What stops a sync through its progress is a signal here, and is called so.
    let json: JSON

    init(_ report: SyncReport) {
        json = .object(report.json.members.map { name, value in
            name == "stopped" && value == .string("progress") ? (name, .string("interrupted")) : (name, value)
        })
    }

    var isComplete: Bool { json["complete"] == .bool(true) }
    /// `max_seconds` or `interrupted`.
    var stopped: String? { json["stopped"]?.string }
    var seconds: Double { json["seconds"]?.number ?? 0 }
    var requests: Int64 { json["requests"]?.integer ?? 0 }
    var pending: [JSON] { json["pending"]?.elements ?? [] }
    var notes: [String] { json["notes"]?.elements.compactMap(\.string) ?? [] }
    var gaps: [JSON] { json["gaps"]?.elements ?? [] }
    var openGaps: [JSON] { gaps.filter { !$0.isTrue("healed") } }

    /// A count of a feed's windows.
    func count(_ field: String, of feed: Feed) -> Int64 {
        json["methods"]?[feed.walked.rawValue]?[field]?.integer ?? 0
    }

    /// A count of what a recent feed handed out.
    func recent(_ field: String, of feed: Feed) -> Int64 {
        json["methods"]?[feed.walked.rawValue]?["recent"]?[field]?.integer ?? 0
    }

    /// The feeds that the report has something of.
    var feeds: [Feed] { Feed.allCases.filter { json["methods"]?[$0.walked.rawValue] != nil } }

    /// A count of all windows.
    func total(_ field: String) -> Int64 { Feed.allCases.reduce(0) { $0 + count(field, of: $1) } }

    /// A count of events that webhooks told the mirror of.
    func webhooks(_ field: String) -> Int64 { json["webhooks"]?[field]?.integer ?? 0 }

    // MARK: The audit

    var checked: Int64 { json["audit"]?["checked"]?.integer ?? 0 }
    var equal: Int64 { json["audit"]?["equal"]?.integer ?? 0 }
    var campaigns: [JSON] { json["audit"]?["campaigns"]?.elements ?? [] }
    var differing: Int64 { max(0, checked - equal) }
}

extension JSON {
    var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
    func isTrue(_ member: String) -> Bool { self[member] == .bool(true) }
    /// A member as a person reads it.
    func shown(_ member: String) -> String {
        guard let value = self[member] else { return "" }
        if let number = value.integer { return number.grouped }
        return value.string ?? (value == .null ? "" : value.description)
    }
}
