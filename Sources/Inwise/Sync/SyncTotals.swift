// SPDX-License-Identifier: MIT

/// What a sync has done so far, for its progress and its report.
struct SyncTotals {
    struct Feed {
        var answers = 0
        var rows = 0
        var new = 0
        var lost = 0
        var isAvailable = true
    }

    var feeds: [RowKind: Feed] = [:]
    private var rows: [RowKind: RowCounts] = [:]
    private var done: [SyncWindow] = []
    private var notes: [String] = []
    private var problems: [RowKind: String] = [:]
    private(set) var pages = 0
    var traffic = Traffic()
    /// Windows halved since a page came.
    var halvings = 0
    /// Windows when they were planned.
    private var planned: [SyncWindow] = []
    /// Gaps that were open at the beginning, and the largest id then.
    var gapsBefore: [Int64] = []
    var lastGap: Int64 = 0
    /// The largest id of a window at the beginning.
    var windowsBefore: Int64 = 0
    var audits: [CampaignAudit] = []
    /// Campaigns that could not be audited.
    var unaudited = 0
    /// Events of webhooks whose rows came.
    var confirmed = 0
    /// Seconds of dates that the planned windows have, by kind; and how many of them are read.
    private var span = 0.0
    private var spanEnd = WallTime(seconds: 0)

    // MARK: Adding

    mutating func add(_ page: PageCounts, _ kind: RowKind) {
        pages += 1
        confirmed += page.confirmed
        rows[kind, default: RowCounts()] += page.rows
    }

    mutating func add(_ page: PageCounts, toFeed kind: RowKind) {
        confirmed += page.confirmed
        feeds[kind, default: Feed()].answers += 1
        feeds[kind, default: Feed()].rows += page.size
        feeds[kind, default: Feed()].new += page.rows.new
        traffic.requests += 1
    }

    mutating func add(done window: SyncWindow) { done.append(window) }

    /// Rows of a method can't be read: why, for its windows that have not been tried.
    mutating func add(problem error: InwiseError, _ kind: RowKind) { problems[kind] = error.message }

    /// Windows that were read to their end.
    var windowsRead: Int { done.count }

    mutating func note(_ sentence: String) { if !notes.contains(sentence) { notes.append(sentence) } }

    /// Notes what there is to read, for the estimate.
    mutating func plan(_ windows: [SyncWindow], _ now: WallTime) {
        planned = windows
        spanEnd = now
        span = planned.reduce(0) { $0 + seconds(of: $1) }
    }

    private func seconds(of window: SyncWindow) -> Double {
        Double(max(0, min(window.last ?? spanEnd, spanEnd).seconds - window.first.seconds)) + 1
    }

    // MARK: Showing

    func progress(_ step: String, _ method: Method?, _ window: SyncWindow?, campaign: Int64?, seconds: Double) -> SyncProgress {
        var members: [(name: String, value: JSON)] = [("step", .string(step))]
        if let method { members.append(("method", .string(method.rawValue))) }
        if let campaign = window?.campaign ?? campaign { members.append(("campaign_id", .integer(campaign))) }
        if let window {
            members.append(("date_from", .string(window.first.text)))
            if let last = window.last { members.append(("date_to", .string(last.text))) }
        }
        let feeds = feeds.values
        members += [
            ("rows", .integer(Int64(rows.values.reduce(0) { $0 + $1.fetched } + feeds.reduce(0) { $0 + $1.rows }))),
            ("new", .integer(Int64(rows.values.reduce(0) { $0 + $1.new } + feeds.reduce(0) { $0 + $1.new }))),
            ("pages", .integer(Int64(pages))), ("seconds", .real((seconds * 1000).rounded() / 1000)),
        ]
        if step == "rows", let window, let share = share(reading: window) {
            members.append(("share", .real((share * 10_000).rounded() / 10_000)))
            if share > 0.001 { members.append(("seconds_left", .real((seconds * (1 - share) / share * 10).rounded() / 10))) }
        }
        return SyncProgress(json: .object(members))
    }

    private func share(reading window: SyncWindow) -> Double? {
        guard span > 0 else { return nil }
        // What is planned comes in the order of kinds, and of each the newest first.
        var left = seconds(of: window)
        let kinds = planned.map(\.kind)
        let current = kinds.firstIndex(of: window.kind) ?? 0
        for other in planned where (kinds.firstIndex(of: other.kind) ?? 0) > current { left += seconds(of: other) }
        return min(max(0, 1 - left / span), 1)
    }

    func report(
        stopped: String?, seconds: Double, kinds: [RowKind], gaps: [SyncLedger.Gap], pending: [SyncWindow],
        webhooks: (count: Int64, oldest: WallTime?, campaigns: [Int64])
    ) -> SyncReport {
        let isComplete = stopped == nil && pending.isEmpty && gaps.allSatisfy { $0.state == .healed } && audits.allSatisfy(\.isEqual) && unaudited == 0
        return SyncReport(json: .object([
            ("complete", .bool(isComplete)), ("stopped", stopped.map { .string($0) } ?? .null),
            ("seconds", .real((seconds * 1000).rounded() / 1000)), ("requests", .integer(Int64(traffic.requests))),
            ("retries", .integer(Int64(traffic.retries))), ("bytes", .integer(Int64(traffic.bytes))), ("pages", .integer(Int64(pages))),
            ("methods", .object(kinds.map { ($0.rawValue, json(of: $0)) })),
            ("gaps", .array(gaps.map(\.json))),
            ("audit", .object([
                ("checked", .integer(Int64(audits.count))), ("equal", .integer(Int64(audits.filter(\.isEqual).count))),
                ("campaigns", .array(audits.map(\.json))),
            ])),
            ("webhooks", .object([
                ("confirmed", .integer(Int64(confirmed))), ("unconfirmed", .integer(webhooks.count)),
                ("oldest", webhooks.oldest.map { .string($0.text) } ?? .null), ("campaigns", .array(webhooks.campaigns.map { .integer($0) })),
            ])),
            ("pending", .array(pending.map { window in
                var window = window
                window.problem = window.problem ?? problems[window.kind]
                return window.json(isDone: false)
            })),
            ("notes", .array(notes.map { .string($0) })),
        ]))
    }

    private func json(of kind: RowKind) -> JSON {
        let done = done.filter { $0.kind == kind }, feed = feeds[kind] ?? Feed()
        var members: [(name: String, value: JSON)] = [("expected", .integer(Int64(done.reduce(0) { $0 + ($1.expected ?? 0) })))]
        members += (rows[kind] ?? RowCounts()).members
        members += [
            ("absent", .integer(Int64(done.reduce(0) { $0 + $1.absent }))),
            ("recent", .object([
                ("answers", .integer(Int64(feed.answers))), ("rows", .integer(Int64(feed.rows))), ("new", .integer(Int64(feed.new))),
                ("lost", .integer(Int64(feed.lost))), ("available", .bool(feed.isAvailable)),
            ])),
            ("windows", .array(done.map { $0.json(isDone: true) })),
        ]
        return .object(members)
    }
}

extension Traffic {
    /// With what a cursor has cost.
    func adding(_ cursor: InwiseCursor) -> Traffic {
        guard let info = try? cursor.info() else { return self }
        var sum = self
        sum.requests += info.requests
        sum.retries += info.retries
        sum.bytes += info.bytes
        return sum
    }
}
