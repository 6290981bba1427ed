// SPDX-License-Identifier: MIT

extension Sync {
    /// Answers of a feed that may be lost before it is left for the next sync.
    private static let mostLost = 3
    /// Full answers in a row without a new row: the rest is known too, or the feed hands out the same for ever.
    private static let mostIdle = 3
    /// An answer with fewer rows is the last: the service gives as many to a page of its other methods at least.
    private static let fullAnswer = ServiceRules.defaultPageSize

    /// Takes in what an earlier sync got and could not.
    func readKept() throws(InwiseError) {
        while stopped == nil, try applyKept() {}
    }

    /// Reads the feeds until they have no more. Reading consumes: each answer is on disk before anything is done with it.
    func readFeeds() throws(InwiseError) {
        guard options.recent, !from.isMirror else { return }
        for kind in kinds {
            var (lost, idle) = (0, 0)
            while stopped == nil, lost < Self.mostLost, idle < Self.mostIdle {
                switch try readAnswer(kind) {
                case .rows(let rows, let new):
                    idle = new > 0 ? 0 : idle + 1
                    if rows < Self.fullAnswer { idle = Self.mostIdle }
                case .lost: lost += 1
                case .refused: lost = Self.mostLost
                }
            }
        }
    }

    /// All that is known now has been read after a good answer: should the next be lost, it is looked for from here.
    func noteGoodFeeds() throws(InwiseError) {
        for kind in kinds {
            guard let feed = totals.feeds[kind], feed.answers > 0, feed.lost == 0 else { continue }
            try step { ledger throws(InwiseError) in
                if try ledger.openGaps(kind).isEmpty, try ledger.windows(kind).isEmpty { try ledger.noteGood(kind) }
            }
        }
    }

    private enum Answer {
        case rows(Int, new: Int)
        /// It may have had some, and did not come.
        case lost
        /// Nothing was consumed, and asking again would not help.
        case refused
    }

    /// Reads one answer of a feed.
    private func readAnswer(_ kind: RowKind) throws(InwiseError) -> Answer {
        let method = Method.recent(kind)
        let gap = try step(durable: true) { ledger throws(InwiseError) in try ledger.ask(kind, now: now) }
        let body: ByteBuffer
        do throws(InwiseError) {
            body = try from.fetch(method, entry(method))
        } catch {
            return try answerFailed(kind, gap, error)
        }
        totals.traffic.bytes += body.count
        try step(durable: true) { ledger throws(InwiseError) in
            try ledger.keep(kind, body, now: now)
            try ledger.forget(gap: gap)
        }
        let before = totals.feeds[kind] ?? SyncTotals.Feed()
        guard try applyKept() else { return .lost }
        let after = totals.feeds[kind] ?? before
        return .rows(after.rows - before.rows, new: after.new - before.new)
    }

    /// Notes what a failed answer means, and throws what ends the sync.
    private func answerFailed(_ kind: RowKind, _ gap: Int64, _ error: InwiseError) throws(InwiseError) -> Answer {
        let method = Method.recent(kind)
        guard error.mayHaveConsumed else {
            try? step { ledger throws(InwiseError) in try ledger.forget(gap: gap) }
            switch error.code {
            case .notFound:
                totals.feeds[kind, default: SyncTotals.Feed()].isAvailable = false
                totals.note("The service has no \(method.rawValue) (HTTP 404): its rows are read by date alone. If it has it elsewhere, name the path in \"paths\".")
            case .rateLimit, .http, .server:
                totals.note("\(method.rawValue) could not be read, and nothing of it was consumed; the next sync asks again. \(error.message)")
            default: throw error
            }
            return .refused
        }
        // Should this fail, the next sync finds that it was asked for.
        try? step(durable: true) { ledger throws(InwiseError) in try ledger.open(gap: gap, "No answer came: \(error.message)") }
        totals.feeds[kind, default: SyncTotals.Feed()].lost += 1
        switch error.code {
        case .network, .timeout, .server, .protocol: try stepDone("recent", kind, recent: true)
        default: throw error
        }
        return .lost
    }

    /// Takes the oldest answer that is kept in.
    ///
    /// - Returns: whether there was one with rows that can be read.
    private func applyKept() throws(InwiseError) -> Bool {
        let kept = try step { ledger throws(InwiseError) in try ledger.keptAnswer() }
        guard let kept else { return false }
        let counts: PageCounts
        do throws(InwiseError) {
            counts = try step { ledger throws(InwiseError) in
                let settled = try ledger.coverage(kept.kind, nil)
                var view = PageView(now: now)
                view.settled = settled?.newest.map { $0.adding(-Int64(options.overlapSeconds)) }
                view.since = settled?.since ?? view.since
                let counts = try ledger.store.intake.add(kept.kind, kept.body, view)
                try ledger.forget(answer: kept.id)
                try ledger.noteGood(kept.kind)
                return counts
            }
        } catch {
            guard error.code == .protocol else { throw error }
            // It can't be read, now or later: what was in it is looked for by date.
            try step { ledger throws(InwiseError) in
                try ledger.forget(answer: kept.id)
                try ledger.open(gap: try ledger.ask(kept.kind, now: now), "An answer came that can't be read: \(error.message)")
            }
            totals.feeds[kept.kind, default: SyncTotals.Feed()].lost += 1
            try stepDone("recent", kept.kind, recent: true)
            return false
        }
        totals.add(counts, toFeed: kept.kind)
        if counts.hasConflict { mustBeginSentAnew = true }
        // Nothing has come: no step at which to stop, so that each sync comes to its windows.
        if counts.size > 0 { try stepDone("recent", kept.kind, recent: true) }
        return true
    }
}
