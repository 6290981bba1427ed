// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Hold a mirror's campaigns against the service's own counts.",
        usage: "inwise audit <mirror> [--campaign <id> …] [<options>]",
        discussion: """
            Asks the service for each campaign's summary and adds up the mirror's rows. Where the two differ, the days \
            that differ are looked for and read again; what remains is shown. Nothing else is read. Exit code 0 says that \
            all campaigns are equal and that no sync has left a window pending or a gap open; 1 that it is not so, or that \
            not all could be looked at.

            EXAMPLES
              inwise audit account.db
              inwise audit account.db --campaign 1958368 --json | jq .audit
            """)

    @Argument(help: "The mirror's file.") var mirror: MirrorFile
    @Option(
        parsing: .unconditionalSingleValue, help: ArgumentHelp("Only this campaign. Repeatable. (default: all of the mirror)", valueName: "id"))
    var campaign: [Int64] = []
    @OptionGroup(title: "HOW LONG") var limits: SyncLimits
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "REPORT") var report: ReportOptions

    func run() throws {
        var members: [(name: String, value: JSON)] = [
            ("methods", .array([])), ("recent", .bool(false)), ("audit", .string(AuditChoice.all.rawValue)),
        ]
        if !campaign.isEmpty { members.append(("campaign_ids", .array(campaign.map(JSON.integer)))) }
        let options = try SyncOptions(members + limits.members)
        let run = SyncRun(try source.open(.reading), try mirror.open(.writing), options, isQuiet: report.quiet)
        try run.finish(isGood: \.isComplete, { Self.write($0, to: $1) }, isJSON: report.json)
    }

    private static func write(_ report: SyncReport, to output: Output) {
        let parts = ReportParts(report)
        let table = AuditTable(parts)
        table.write(to: output)
        table.writeVerdict(to: output)
        if !parts.isComplete { output.append("Not complete: \(RoundLine.lacks(of: parts).joined(separator: ", ")).\n") }
        for note in parts.notes { output.append(TerminalText("Note: \(note)").text + "\n") }
    }
}
