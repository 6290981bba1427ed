// SPDX-License-Identifier: MIT

/// One sync, from a source into a mirror: the feeds, then windows of dates, then the audit. Each step is one transaction of the mirror.
final class Sync {
    let from: InwiseClient
    let into: InwiseClient
    let options: SyncOptions
    private let progress: ((SyncProgress) -> Bool)?
    /// By which this sync alone can be cancelled.
    private let cancellation: Gate.Cancellation
    /// Under which the whole sync can be cancelled, on either client.
    private let entries: (from: InwiseClient.Entry, into: InwiseClient.Entry)
    let began = Instant.now
    /// The mirror's clock when the sync began.
    let now: WallTime

    /// Why the sync is to end before its end; looked at after every step.
    private(set) var stopped: String?
    private var secondsWaited = 0
    /// A sent mail has come with the row_index of another.
    var mustBeginSentAnew = false
    /// Whether the service doesn't count the last day to a range: then it is asked for a day more.
    private(set) var leavesOutLastDay = false
    private var grains: [RowKind: DateGrain] = [:]
    var totals = SyncTotals()

    /// How finely the service takes the dates of a method, as far as that has shown.
    func grain(_ kind: RowKind) -> DateGrain { max(grains[kind] ?? .second, leavesOutLastDay ? .day : .second) }

    var kinds: [RowKind] { options.methods.compactMap(\.rowKind) }
    /// What windows are read of: all campaigns, or some.
    var scopes: [Int64?] { options.campaignIDs.map { $0.map { $0 } } ?? [nil] }

    private init(
        _ from: InwiseClient, _ into: InwiseClient, _ options: SyncOptions, now: WallTime, _ cancellation: Gate.Cancellation?,
        _ progress: ((SyncProgress) -> Bool)?
    ) throws(InwiseError) {
        self.from = from
        self.into = into
        self.options = options
        self.now = now
        self.progress = progress
        let cancellation = cancellation ?? Gate.Cancellation()
        self.cancellation = cancellation
        entries = (try from.begin(nil, cancellation), try into.begin(nil))
    }

    /// Runs a sync; what it takes to have the mirror for itself is taken here.
    static func run(
        _ from: InwiseClient, _ into: InwiseClient, _ options: SyncOptions, _ cancellation: Gate.Cancellation?,
        _ progress: ((SyncProgress) -> Bool)?
    ) throws(InwiseError) -> SyncReport {
        try options.check()
        guard from !== into else {
            throw .argument("into", "A source can't be synced into itself: the mirror is another client, of a \"file:\" source.")
        }
        let entry = try into.begin(nil)
        guard let mirror = entry.session.backend as? MirrorSource else {
            throw .argument("into", "Only a mirror can be synced into: open a \"file:\" source for it.")
        }
        guard !mirror.options.readOnly else {
            throw .argument("into", "The mirror was opened with \"read_only\": open it without to sync into it.")
        }
        // The file that the path leads to now.
        try into.call(nil) { _, call throws(InwiseError) in try mirror.read(call) { _ in } }
        let sync = try Sync(from, into, options, now: mirror.now, cancellation, progress)
        let lock: SyncLock
        do {
            lock = try SyncLock.take(mirror.options.path, waitingUntil: sync.began.adding(seconds: options.waitSeconds)) {
                time throws(InwiseError) in try sync.wait(until: time)
            }
        } catch {
            // Its own end, not somebody's.
            guard sync.stopped != nil else { throw error }
            return sync.totals.report(stopped: sync.stopped, seconds: Instant.now.seconds(since: sync.began), kinds: sync.kinds, gaps: [], pending: [], webhooks: (0, nil, []))
        }
        mirror.syncLock = lock
        mirror.setWakeSync(sync.cancelsWithMirror)
        defer {
            mirror.setWakeSync(nil)
            mirror.syncLock = nil
            lock.release()
        }
        return try sync.run()
    }

    /// Runs a sync into a mirror in memory, which nobody else has: for `WarmUp`.
    static func rehearse(_ from: InwiseClient, _ into: InwiseClient, _ options: SyncOptions, now: WallTime) throws(InwiseError) -> SyncReport {
        try Sync(from, into, options, now: now, nil) { _ in true }.run()
    }

    /// Ends the call on the source when the mirror's calls are cancelled.
    private var cancelsWithMirror: @Sendable () -> Void {
        let (from, source, call, cancellation) = (from, entries.from.call, entries.into.call, cancellation)
        // Once: the source may be a mirror whose own sync comes from this one.
        return { if call.isCancelled, !source.isCancelled { from.cancel(cancellation) } }
    }

    /// Waits for another sync into the same mirror.
    private func wait(until time: Instant) throws(InwiseError) {
        let second = Int(Instant.now.seconds(since: began))
        if second > secondsWaited {
            secondsWaited = second
            try stepDone("waiting")
            if stopped != nil { throw .cancelledCall }
        }
        try checkCancelled()
        try entries.into.call.gate.sleep(entries.into.call.ticket, until: time)
    }

    /// Rows came that lie so many seconds outside of the dates asked for.
    func note(overshoot: Int64, _ kind: RowKind) {
        let shown = DateGrain(overshoot: overshoot)
        guard shown > grain(kind) else { return }
        grains[kind] = shown
        if shown == .none {
            totals.note("The service takes no notice of the dates in a question for \(kind.rawValue): all rows are read each time.")
        }
    }

    /// What was there a moment ago has not come again.
    func noteLastDay() {
        leavesOutLastDay = true
        totals.note("The service doesn't count the last day of a range to it: it is asked for a day more.")
    }

    private func run() throws(InwiseError) -> SyncReport {
        totals.gapsBefore = try step { ledger throws(InwiseError) in
            try ledger.openAsked()
            totals.lastGap = try ledger.lastGap()
            totals.windowsBefore = try ledger.windows().map(\.id).max() ?? 0
            return try ledger.openGaps().map(\.id)
        }
        try readKept()
        // What an earlier sync left comes first, however short the time that each has.
        if stopped == nil { try readWindows(isRetrying: false) }
        if stopped == nil { try readFeeds() }
        if stopped == nil { try plan(kinds) }
        if stopped == nil { try readWindows(isRetrying: true) }
        if stopped == nil { try noteGoodFeeds() }
        if stopped == nil { try endFill() }
        if stopped == nil { try reconcileWebhooks() }
        if stopped == nil { try audit() }
        return try report()
    }

    // MARK: Steps

    /// A call on the source, which ends with the sync.
    func entry(_ method: Method) throws(InwiseError) -> InwiseClient.Entry { try from.begin(method, cancellation) }

    /// A transaction of the mirror. It waits for others that write no longer than a call may; its own work takes the time that it takes.
    func step<Value>(
        durable: Bool = false, _ body: (SyncLedger) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        try work { store, isInside throws(InwiseError) in
            try store.write(durable: durable) { () throws(InwiseError) in
                isInside.value = true
                return try body(SyncLedger(store))
            }
        }
    }

    /// The mirror as it is at one moment: others write meanwhile.
    func look<Value>(_ body: (SyncLedger) throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        try work { store, isInside throws(InwiseError) in
            isInside.value = true
            return try store.database.readTransaction { () throws(InwiseError) in try body(SyncLedger(store)) }
        }
    }

    /// - Parameter body: is given what it sets once it has no other process to wait for.
    private func work<Value>(_ body: (Store, Box<Bool>) throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        try checkCancelled()
        return try into.call(nil) { session, call throws(InwiseError) in
            guard let mirror = session.backend as? MirrorSource else { throw InwiseError(.internal, "A mirror has become something else.") }
            let isInside = Box(false)
            let stop = { () -> InwiseError? in
                if call.isCancelled || self.entries.from.call.isCancelled { return .cancelledCall }
                return isInside.value || Instant.now < call.deadline ? nil : .timeout("The time for a step of the sync ran out while it waited for another process that writes the mirror. Raise the mirror's \"timeout_seconds\".")
            }
            return try mirror.work(stop) { service throws(InwiseError) in try body(service.store, isInside) }
        }
    }

    /// A value that a closure shares.
    private final class Box<Value> {
        var value: Value
        init(_ value: Value) { self.value = value }
    }

    /// Whether somebody has cancelled the sync, or closed a client, between two calls.
    func checkCancelled() throws(InwiseError) {
        try from.checkOpen()
        try into.checkOpen()
        try entries.from.call.checkCancelled()
        try entries.into.call.checkCancelled()
    }

    /// A step is done: tells the host, and sees whether the sync is to end.
    func stepDone(_ name: String, _ kind: RowKind? = nil, recent: Bool = false, _ window: SyncWindow? = nil, campaign: Int64? = nil) throws(InwiseError) {
        if let progress {
            let method = kind.map { recent ? Method.recent($0) : Method.of($0) }
            let state = totals.progress(name, method, window, campaign: campaign, seconds: Instant.now.seconds(since: began))
            if !progress(state) { stopped = stopped ?? "progress" }
        }
        if let most = options.maxSeconds, Instant.now.seconds(since: began) >= most { stopped = stopped ?? "max_seconds" }
        try checkCancelled()
    }

    // MARK: Planning

    private func plan(_ kinds: [RowKind]) throws(InwiseError) {
        let plan = SyncPlan(options: options, now: now)
        let windows = try step { ledger throws(InwiseError) in
            for kind in kinds {
                let gaps = try ledger.openGaps(kind)
                // A feed is the account's: what a lost answer had is looked for wherever the mirror has been read for.
                var scopes = scopes
                if !gaps.isEmpty { for scope in try ledger.scopes(kind) where !scopes.contains(scope) { scopes.append(scope) } }
                for campaign in scopes {
                    let result = plan.windows(
                        kind, campaign, known: try ledger.coverage(kind, campaign),
                        pending: try ledger.windows(kind, campaign: .some(campaign)), gaps: gaps.map(\.good))
                    try ledger.setCoverage(kind, campaign, result.coverage)
                    try ledger.setWindows(kind, campaign, result.windows)
                }
                try ledger.noteHealing(kind)
            }
            return try ledger.windows().filter { kinds.contains($0.kind) && self.scopes.contains($0.campaign) }
        }
        totals.plan(windows, now)
    }

    /// Sent mails have turned out to have no id: they are read anew, and go by their values.
    func beginSentAnew() throws(InwiseError) {
        mustBeginSentAnew = false
        totals.note("Sent mails come with a row_index that is no id: several have the same. They go by all their other values, and have been read anew.")
        try step { ledger throws(InwiseError) in try ledger.store.beginSentAnew() }
        try plan([.sentEmails])
    }

    // MARK: First fill

    /// Ends the first fill of every kind that has none pending: its rows get their indexes, and those that follow are numbered.
    private func endFill() throws(InwiseError) {
        for kind in kinds {
            let isReady = try step { ledger throws(InwiseError) in
                if try ledger.store.isSealed(kind) { return false }
                return try !ledger.windows(kind).contains { $0.reasons.contains(.fill) && $0.problem == nil }
            }
            guard isReady else { continue }
            for index in Schema.indexes(of: kind) {
                let isNew = try step { ledger throws(InwiseError) in try ledger.store.make(index) }
                guard isNew else { continue }
                try stepDone("index", kind)
                if stopped != nil { return }
            }
            try step { ledger throws(InwiseError) in try ledger.store.seal(kind) }
        }
    }

    // MARK: Webhooks

    /// Confirms the events whose rows are there by now, in whatever order they came.
    private func reconcileWebhooks() throws(InwiseError) {
        var last = ProvisionalRows.Place.beginning
        while let part = try step({ ledger throws(InwiseError) in try ProvisionalRows(ledger.store).reconcile(after: last) }) {
            last = part.last
            totals.confirmed += part.confirmed
            try checkCancelled()
        }
    }

    // MARK: Report

    private func report() throws(InwiseError) -> SyncReport {
        let totals = totals
        let (gaps, pending, webhooks) = try step { ledger throws(InwiseError) in
            var gaps: [SyncLedger.Gap] = []
            for id in totals.gapsBefore { if let gap = try ledger.gap(id) { gaps.append(gap) } }
            for gap in try ledger.gaps(above: totals.lastGap) where !totals.gapsBefore.contains(gap.id) { gaps.append(gap) }
            return (gaps, try ledger.windows(), try ProvisionalRows(ledger.store).standing())
        }
        return totals.report(
            stopped: stopped, seconds: Instant.now.seconds(since: began), kinds: kinds, gaps: gaps, pending: pending, webhooks: webhooks)
    }
}

extension InwiseClient {
    /// The source's answer as it came.
    func fetch(_ method: Method, _ entry: Entry) throws(InwiseError) -> ByteBuffer {
        try call(method, entry) { session, call throws(InwiseError) in try session.backend.fetch(method, Query(), call) }
    }

    /// Whether this is a mirror itself: it has no feed that another could consume.
    var isMirror: Bool { currentSession.backend is MirrorSource }
}
