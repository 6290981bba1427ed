// SPDX-License-Identifier: MIT

/// A summary as a person reads it: a line for each kind of event, with a bar for its share of the mails sent.
struct FunnelTable {
    private struct Line {
        let name: String
        var total: String?
        var unique: String?
        /// What the bar measures: contacts where they are counted, events otherwise.
        var measure: Double?
    }

    private var lines: [Line] = []
    private var sent = 0.0

    /// - Parameter summary: the service's object.
    init(_ summary: JSONText) {
        summary.eachMember(of: summary.whole) { name, value in
            let field = TerminalText(summary.characters(name)).text
            let text = TerminalText(summary.characters(value)).text
            let number = Double(text)
            let shown = Int64(text)?.grouped ?? text
            if field == "sent" { sent = number ?? 0 }
            let isUnique = field.hasSuffix("_unique")
            let event = isUnique ? String(field.dropLast("_unique".count)) : field
            let index = lines.firstIndex { $0.name == event } ?? lines.endIndex
            if index == lines.endIndex { lines.append(Line(name: event)) }
            if isUnique {
                lines[index].unique = shown
                lines[index].measure = number
            } else {
                lines[index].total = shown
                lines[index].measure = lines[index].measure ?? number
            }
        }
        // The funnel from its mouth down; what the documentation doesn't name comes last.
        func place(_ line: Line) -> Int { Self.order.firstIndex(of: line.name) ?? Self.order.count }
        let given = lines
        lines = given.indices.sorted { (place(given[$0]), $0) < (place(given[$1]), $1) }.map { given[$0] }
    }

    private static let order = [
        "sent", "undelivered", "bounces", "opens", "clicks", "webversions", "unsubscribes", "report_spam", "onsite",
    ]

    func write(campaign: Int64, to output: Output) {
        let names = (["" ] + lines.map(\.name)).map { TerminalText($0) }
        let totals = ["total"] + lines.map { $0.total ?? "" }
        let uniques = ["unique"] + lines.map { $0.unique ?? "" }
        let shares = ["of sent"] + lines.map { share($0).map(Self.percent) ?? "" }
        let nameWidth = names.map(\.width).max() ?? 0
        func right(_ cells: [String], _ index: Int) -> String {
            let width = cells.map(\.count).max() ?? 0
            return "  " + String(repeating: " ", count: width - cells[index].count) + cells[index]
        }
        let used = nameWidth + [totals, uniques, shares].reduce(0) { $0 + 2 + ($1.map(\.count).max() ?? 0) }
        let room = min(40, (Output.width ?? 80) - used - 3)
        output.append("Funnel of campaign \(campaign)\n")
        for index in names.indices {
            var text = names[index].text + String(repeating: " ", count: nameWidth - names[index].width)
            text += right(totals, index) + right(uniques, index) + right(shares, index)
            if index > 0, let share = share(lines[index - 1]), room > 3 { text += "  " + ShareBar.text(share, room: room) }
            while text.last == " " { text.removeLast() }
            output.append(text + "\n")
        }
    }

    private func share(_ line: Line) -> Double? {
        guard sent > 0, let measure = line.measure else { return nil }
        return measure / sent
    }

    /// With one decimal, without help of a locale.
    private static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded()
        guard tenths.magnitude < 1e9 else { return "" }
        return "\(Int(tenths) / 10).\(Int(tenths.magnitude) % 10)%"
    }
}
