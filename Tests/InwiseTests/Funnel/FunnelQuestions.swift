// SPDX-License-Identifier: MIT

@testable import Inwise

/// Queries that together ask everything of a funnel of `FunnelRow.random`.
enum FunnelQuestions {
    static let groups: [FunnelQuery.Group?] = [nil] + FunnelQuery.Group.allCases

    /// A day, seconds, one end only, a second, and ranges in which nothing lies.
    static let windows: [(from: String?, to: String?)] = [
        (nil, nil), ("2024-09-02", "2024-09-02"), ("2024-09-01 23:30:00", "2024-09-02 11:59:59"), ("2024-09-02", nil), (nil, "2024-09-02 11:30:00"),
        ("2024-09-02 11:30:00", "2024-09-02 11:30:00"), ("2024-09-10", "2024-09-11"),
        (nil, "2300-01-01"), ("1970-01-01", "1970-01-01"), (nil, "1969-12-31"), ("2106-02-07 06:28:16", nil),
    ]

    /// Every grouping of all rows in a window.
    static func groupings(_ window: (from: String?, to: String?) = (nil, nil), campaign: Int64? = nil) -> [FunnelQuery] {
        groups.map { FunnelQuery(campaignID: campaign, groupBy: $0, dateFrom: window.from, dateTo: window.to) }
    }

    /// Every grouping of every window, of all campaigns, of some and of one that has no rows.
    static let all = windows.flatMap { window in [nil, 1, .max, 4].flatMap { groupings(window, campaign: $0) } }
}

extension Funnel {
    /// What it answers to every grouping.
    var groupings: [String] { FunnelQuestions.groupings().map { summaryText($0) } }
}
