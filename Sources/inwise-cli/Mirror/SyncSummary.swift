// SPDX-License-Identifier: MIT

internal import Inwise

/// What a sync did, as a person reads it.
struct SyncSummary {
    private let report: ReportParts
    private let newRows: Int64
    private let mirror: String

    /// - Parameter mirror: its name, as it was given.
    init(_ report: SyncReport, mirror: String) {
        self.report = ReportParts(report)
        newRows = report.newRows
        self.mirror = mirror
    }

    func write(to output: Output) {
        line(verdict, output)
        let rows = Feed.allCases.reduce(report.total("fetched")) { $0 + report.recent("rows", of: $1) }
        line("\(rows.of("row")) read in \(TimeText.of(report.seconds, tenths: true)) by \(report.requests.of("request")), \(newRows.grouped) of them new.", output)
        writeTable(output)
        writeGaps(output)
        writeWebhooks(output)
        if report.checked > 0 { AuditTable(report).writeSummary(to: output) }
        writeList("Pending, for the next run:", report.pending.map(Self.window), output)
        for note in report.notes { line("Note: \(note)", output) }
    }

    private var verdict: String {
        guard !report.isComplete || report.stopped != nil else { return "\(mirror) is complete." }
        let why =
            switch report.stopped {
            case "max_seconds": "--max-seconds ended the sync; the next one goes on from there"
            case .some: "it was interrupted; the next sync goes on from there"
            case nil: RoundLine.lacks(of: report).joined(separator: ", ")
            }
        return "\(mirror) is not complete: \(why)."
    }

    private func writeTable(_ output: Output) {
        let names = ["", "fetched", "new", "late", "repaired", "feed", "new in feed"]
        let lines = report.feeds.map { feed in
            [feed.rawValue]
                + ["fetched", "new", "late", "repaired"].map { report.count($0, of: feed).grouped }
                + ["rows", "new"].map { report.recent($0, of: feed).grouped }
        }
        guard !lines.isEmpty else { return }
        output.append("\n" + TextTable(names, lines, numeric: 1...).text(width: Output.width) + "\n")
    }

    private func writeGaps(_ output: Output) {
        guard !report.gaps.isEmpty else { return }
        let open = report.openGaps.count
        let lines = report.gaps.map { gap in
            let state = gap.isTrue("healed") ? "healed, \(gap["recovered"]?.integer ?? 0) recovered" : "open"
            return "\(gap.shown("method")), noticed \(gap.shown("noticed")): \(gap.shown("reason")) (\(state))"
        }
        writeList("Gaps in the recent feeds: \(report.gaps.count - open) healed, \(open) open.", lines, output)
    }

    private func writeWebhooks(_ output: Output) {
        let (confirmed, unconfirmed) = (report.webhooks("confirmed"), report.webhooks("unconfirmed"))
        guard confirmed > 0 || unconfirmed > 0 else { return }
        let oldest = report.json["webhooks"]?["oldest"]?.string.map { "; the oldest is of \($0)" } ?? ""
        line("Events of webhooks: \(confirmed.grouped) confirmed, \(unconfirmed.grouped) not given by the service yet\(oldest).", output)
    }

    private static func window(_ window: JSON) -> String {
        let campaign = window["campaign_id"]?.integer.map { " of campaign \($0)" } ?? ""
        let end = window["date_to"]?.string.map { " to \($0)" } ?? " on"
        let problem = window["problem"]?.string.map { ": \($0)" } ?? ""
        return "\(window.shown("method"))\(campaign) from \(window.shown("date_from"))\(end)\(problem)"
    }

    /// A heading and what stands under it, of which a person reads the first.
    private func writeList(_ heading: String, _ lines: [String], _ output: Output) {
        guard !lines.isEmpty else { return }
        line(heading, output)
        for text in lines.prefix(Self.longestList) { line("  \(text)", output) }
        if lines.count > Self.longestList { line("  … and \((lines.count - Self.longestList).grouped) more: --json has all", output) }
    }

    static let longestList = 10

    private func line(_ text: String, _ output: Output) { output.append(TerminalText(text).text + "\n") }
}
