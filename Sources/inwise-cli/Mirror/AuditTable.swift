// SPDX-License-Identifier: MIT

internal import Inwise

/// What an audit found, as a person reads it.
struct AuditTable {
    private let report: ReportParts

    init(_ report: ReportParts) { self.report = report }

    /// Every campaign, a line for each field that differed.
    func write(to output: Output) {
        let names = ["campaign", "field", "service", "mirror", "status", "days mended"]
        let lines = report.campaigns.flatMap { campaign in
            let fields = Self.differences(of: campaign).map { difference in
                [difference.shown("field"), difference.shown("service"), difference.shown("found"), Self.status(of: difference)]
            }
            let lines = fields.isEmpty ? [["", "", "", campaign.isTrue("equal") ? "equal" : "differs"]] : fields
            return lines.enumerated().map { [Self.id(of: campaign)] + $1 + [$0 == 0 ? Self.days(of: campaign) : ""] }
        }
        guard !lines.isEmpty else { return }
        output.append(TextTable(names, lines, numeric: 2...3).text(width: Output.width) + "\n")
    }

    /// How many are equal.
    func writeVerdict(to output: Output) {
        guard report.checked > 0 else {
            output.append("Audit: no campaign was looked at.\n")
            return
        }
        output.append("Audit: \(report.equal.grouped) of \(report.checked.of("campaign")) equal to the service's own counts.\n")
    }

    /// How many are equal, and which are not or were not.
    func writeSummary(to output: Output) {
        writeVerdict(to: output)
        let uneven = report.campaigns.filter { !$0.isTrue("equal") || !Self.differences(of: $0).isEmpty }
        for campaign in uneven.prefix(SyncSummary.longestList) {
            output.append(TerminalText("  " + Self.sentence(of: campaign)).text + "\n")
        }
        let more = uneven.count - SyncSummary.longestList
        if more > 0 { output.append("  … and \(more.grouped) more: --json has all\n") }
    }

    private static func sentence(of campaign: JSON) -> String {
        let fields = differences(of: campaign).filter { $0["found"] != $0["service"] }.map { difference in
            "\(difference.shown("field")) \(difference.shown("service")) at the service, \(difference.shown("found")) here"
        }
        let recovered = campaign["recovered"]?.integer ?? 0
        let state = campaign.isTrue("equal") ? ["mended, \(recovered.of("row")) recovered"] : fields
        let days = days(of: campaign)
        return "\(id(of: campaign)): \((state + (days.isEmpty ? [] : ["days mended: \(days)"])).joined(separator: "; "))"
    }

    private static func status(of difference: JSON) -> String {
        let (found, first) = (difference["found"]?.integer, difference["mirror"]?.integer)
        let was = found == first || first == nil ? "" : ", was \(difference.shown("mirror"))"
        return (found == difference["service"]?.integer ? "mended" : "differs") + was
    }

    private static func differences(of campaign: JSON) -> [JSON] { campaign["differences"]?.elements ?? [] }

    /// Days that follow each other are one span.
    private static func days(of campaign: JSON) -> String {
        var spans: [(first: String, last: String)] = []
        var next: Int64?
        for day in (campaign["days"]?.elements ?? []).compactMap(\.string) {
            let date = LocalDateTime(day)?.secondsSince1970
            if date != nil, date == next { spans[spans.count - 1].last = day } else { spans.append((day, day)) }
            next = date.map { $0 + 86_400 }
        }
        return spans.map { $0 == $1 ? $0 : "\($0) to \($1)" }.joined(separator: ", ")
    }

    private static func id(of campaign: JSON) -> String { campaign["campaign_id"]?.integer.map { String($0) } ?? "" }
}
