// SPDX-License-Identifier: MIT

internal import Inwise

/// How far a sync is, on one line of the terminal.
final class SyncBar {
    private let line: TransientLine
    private var drawn: Instant?

    /// Nobody reads faster, and a terminal over a slow line falls behind.
    private static let secondsBetween = 0.1

    init(isShown: Bool) {
        line = TransientLine(isShown: isShown)
        line.show("asking the service …")
    }

    func update(_ progress: SyncProgress) {
        let now = Instant.now
        if let drawn, now.seconds(since: drawn) < Self.secondsBetween { return }
        drawn = now
        line.show(SyncBarText.of(progress.json, width: StandardError.width - 1))
    }

    func hide() { line.hide() }
    func clear() { line.clear() }
}

/// A sync's progress in so many columns: what is told first is what stays in narrow ones.
enum SyncBarText {
    static func of(_ progress: JSON, width: Int) -> String {
        let rows = progress["rows"]?.integer ?? 0
        let share = progress["share"]?.number
        var parts = [subject(progress), share.map { "\(Int((min(max($0, 0), 1) * 100).rounded(.down)))%" }]
        let optional: [String?] = [
            rows.of("row"),
            progress["seconds_left"]?.number.map { "\(TimeText.of($0)) left" },
            "\((progress["new"]?.integer ?? 0).grouped) new",
            rate(rows, progress["seconds"]?.number),
        ]
        for part in optional where TerminalText(joined(parts + [part])).width <= width { parts.append(part) }
        let text = TerminalText(joined(parts))
        let room = min(24, width - text.width - 2)
        guard let share, room >= 6 else { return text.cut(to: width).text }
        let bar = ShareBar.text(share, room: room)
        return bar + String(repeating: "░", count: max(0, room - bar.count)) + "  " + text.text
    }

    private static func joined(_ parts: [String?]) -> String { parts.compactMap(\.self).joined(separator: "  ") }

    private static func subject(_ progress: JSON) -> String {
        let method = progress["method"]?.string ?? ""
        let campaign = progress["campaign_id"]?.integer
        switch progress["step"]?.string {
        case "recent": return method
        case "index": return "building indexes"
        case "audit": return campaign.map { "audit of campaign \($0)" } ?? "audit"
        default:
            let from = progress["date_from"]?.string.map { " from \($0.prefix(10))" } ?? ""
            return method + from + (campaign.map { " of \($0)" } ?? "")
        }
    }

    private static func rate(_ rows: Int64, _ seconds: Double?) -> String? {
        guard let seconds, seconds > 0, rows > 0 else { return nil }
        let rate = Double(rows) / seconds
        return rate < 1e12 ? "\(Int64(rate.rounded()).grouped) rows/s" : nil
    }
}
