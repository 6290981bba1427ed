// SPDX-License-Identifier: MIT

internal import Inwise

/// A round of a watch, on one line.
enum RoundLine {
    static func text(of report: SyncReport, at time: String) -> String {
        let parts = ReportParts(report)
        let late = parts.total("late"), repaired = parts.total("repaired")
        let counts = [
            "\(report.newRows.of("new row"))",
            late > 0 ? "\(late.grouped) late" : nil,
            repaired > 0 ? "\(repaired.grouped) repaired" : nil,
        ]
        let state = parts.isComplete && parts.stopped == nil ? ["complete"] : lacks(of: parts)
        return TerminalText("\(time)  \((counts.compactMap(\.self) + state).joined(separator: ", "))").text + "\n"
    }

    /// What a mirror lacks.
    static func lacks(of report: ReportParts) -> [String] {
        let stopped: String? = report.stopped.map { $0 == "max_seconds" ? "stopped by --max-seconds" : "interrupted" }
        let lacks = [
            stopped,
            report.pending.isEmpty ? nil : "\(report.pending.count.of("window")) pending",
            report.openGaps.isEmpty ? nil : "\(report.openGaps.count.of("gap")) open",
            report.differing == 0 ? nil : "\(report.differing.of("campaign")) differ\(report.differing == 1 ? "s" : "")",
        ].compactMap(\.self)
        // Nothing else is left that it could be.
        return lacks.isEmpty ? ["not every campaign could be audited"] : lacks
    }
}
