// SPDX-License-Identifier: MIT

internal import Inwise

/// Syncs again and again, until a signal comes or an error that doesn't pass.
struct SyncWatch {
    private let syncs: SyncRun
    private var history: MirrorHistory
    private let interval: Double
    private let isJSON: Bool
    private let output = Output()
    private var arrivals = ArrivalWatch()
    /// Notes that were told: a person reads them once.
    private var notes: Set<String> = []

    init(_ syncs: SyncRun, history: MirrorHistory, interval: Double, isJSON: Bool) {
        self.syncs = syncs
        self.history = history
        self.interval = interval
        self.isJSON = isJSON
    }

    mutating func run() throws {
        while syncs.interrupt.status == nil {
            let began = Instant.now
            var retryAfter: Int?
            var problem: String?
            do {
                try tell(syncs.sync())
            } catch let error as InwiseError {
                if syncs.interrupt.status != nil { return }
                let failure = syncs.failure(error)
                guard Self.passes(failure, error) else { throw failure }
                retryAfter = error.retryAfter
                problem = failure.message
            } catch let failure as Failure where failure.status == syncs.interrupt.status {
                return
            }
            let pause = RoundPause.seconds(
                interval: interval, elapsed: Instant.now.seconds(since: began), retryAfter: retryAfter, chance: .random(in: 0...1))
            if let problem { StandardError.line("\(problem) The next round comes in \(TimeText.of(pause, tenths: true)).") }
            syncs.interrupt.pause(seconds: pause)
        }
    }

    /// Whether it may go away by itself.
    private static func passes(_ failure: Failure, _ error: InwiseError) -> Bool {
        switch error.code {
        case .network, .timeout, .rateLimit, .server: true
        default: failure.status == .busy
        }
    }

    private mutating func tell(_ report: SyncReport) throws {
        let now = UTC.now
        let parts = ReportParts(report)
        if isJSON {
            output.append(.object([("at", .string(UTC.text(now)))] + parts.json.members))
        } else if !syncs.isQuiet || !parts.isComplete {
            output.append(RoundLine.text(of: report, at: UTC.localText(now)))
        }
        try output.finish()
        for note in parts.notes where !syncs.isQuiet && notes.insert(note).inserted { StandardError.line(note) }
        guard parts.stopped != "interrupted" else { return }
        try watchArrivals(of: report, now)
    }

    private mutating func watchArrivals(of report: SyncReport, _ now: Int64) throws {
        let begin = ArrivalWatch.beginOfHistory(at: now)
        let dates = report.newRows > 0 || !arrivals.hasBegun ? try history.newDates(from: begin) : []
        switch arrivals.round(newRows: report.newRows, dates: dates, at: now) {
        case .silence(let seconds, let longest):
            StandardError.line(
                "Nothing has arrived for \(TimeText.of(Double(seconds))). In the hours in which rows usually come, the longest silence of the past two weeks was \(TimeText.of(Double(longest))).")
        case .arrivals(let after):
            StandardError.line("Rows arrive again, after \(TimeText.of(Double(after))).")
        case nil: break
        }
        if arrivals.wantsHistory(at: now) { arrivals.learn(try history.dates(from: begin, syncs.interrupt), at: now) }
    }
}
