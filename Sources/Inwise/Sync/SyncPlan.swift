// SPDX-License-Identifier: MIT

/// Decides which dates of a method are to be read, from what is known to have been. It does no I/O.
struct SyncPlan {
    /// What has been read of a method, of a campaign or of all.
    struct Coverage: Equatable {
        /// From here on.
        var since: WallTime
        /// The newest date of a row that does not lie in the future; nil where there was none.
        var newest: WallTime?
        /// By age in seconds: up to which date everything has been read at that age.
        var marks: [Int: WallTime] = [:]
    }

    let options: SyncOptions
    let now: WallTime

    struct Result {
        var coverage: Coverage
        var windows: [SyncWindow]
    }

    /// - Parameters:
    ///   - known: nil for what has never been read.
    ///   - pending: windows of earlier syncs that are still to be read.
    ///   - gaps: for each gap that is not healed the newest date known at the last good answer before it, where there was one.
    func windows(
        _ kind: RowKind, _ campaign: Int64?, known: Coverage?, pending: [SyncWindow], gaps: [WallTime?]
    ) -> Result {
        let from = DateText(options.dateFrom).map { WallTime(first: $0) } ?? WallTime(seconds: 0)
        guard var coverage = known else {
            // Read now, everything is as old as it is.
            let marks = Dictionary(uniqueKeysWithValues: Set(options.lateAges).map { ($0, now.adding(-Int64($0))) })
            let fill = SyncWindow(kind: kind, campaign: campaign, first: from, last: nil, reasons: gaps.isEmpty ? .fill : [.fill, .gap])
            return Result(coverage: Coverage(since: from, newest: nil, marks: marks), windows: join(pending + [fill]))
        }
        // A clock may have been wrong once.
        coverage.newest = coverage.newest.map { min($0, now) }
        let settled = coverage.newest.map { $0.adding(-Int64(options.overlapSeconds)) }
        var windows = pending
        func add(_ first: WallTime, _ last: WallTime?, _ reason: SyncWindow.Reasons) {
            let first = max(first, coverage.since)
            guard last.map({ first <= $0 }) ?? true else { return }
            windows.append(SyncWindow(kind: kind, campaign: campaign, first: first, last: last, reasons: reason, settled: settled))
        }
        if from < coverage.since {
            windows.append(SyncWindow(kind: kind, campaign: campaign, first: from, last: coverage.since.adding(-1), reasons: .fill))
        }
        add(settled ?? coverage.since, nil, .newer)
        for age in Set(options.lateAges) {
            let reached = now.adding(-Int64(age))
            guard let mark = coverage.marks[age] else {
                coverage.marks[age] = reached
                continue
            }
            if mark > reached { coverage.marks[age] = reached.adding(-Int64(age)) }
            // Not for every second that passes: a twenty-fourth of the age at least.
            guard reached.seconds - mark.seconds >= Int64(max(1, age / 24)) else { continue }
            add(mark, reached, .late)
            coverage.marks[age] = reached
        }
        for good in gaps {
            add(good.map { $0.adding(-Int64(options.gapReachSeconds)) } ?? coverage.since, nil, .gap)
        }
        coverage.since = min(coverage.since, from)
        return Result(coverage: coverage, windows: join(windows))
    }

    /// Makes one of those that overlap or touch. What was pending before comes first, then the newest: rows then come in the order in
    /// which the table holds them.
    private func join(_ windows: [SyncWindow]) -> [SyncWindow] {
        var joined: [SyncWindow] = []
        for window in windows.sorted(by: { $0.first < $1.first }) {
            guard var last = joined.popLast() else {
                joined.append(window)
                continue
            }
            var span = DateSpan(first: last.first, last: last.last)
            guard span.touches(DateSpan(first: window.first, last: window.last)) else {
                joined += [last, window]
                continue
            }
            span.join(DateSpan(first: window.first, last: window.last))
            (last.first, last.last) = (span.first, span.last)
            last.reasons.formUnion(window.reasons)
            // Where one of them was to be read for the first time nothing is late.
            if let mine = last.settled, let others = window.settled { last.settled = min(mine, others) } else { last.settled = nil }
            if last.id == 0 { last.id = window.id }
            last.counts += window.counts
            last.expected = nil
            last.problem = nil
            joined.append(last)
        }
        return joined.reversed().filter { $0.id != 0 } + joined.reversed().filter { $0.id == 0 }
    }
}
