// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "A campaign's funnel, as the service counts it.",
        usage: "inwise summary --campaign <id> [<options>]",
        discussion: """
            As bars on a terminal, as the service's JSON object otherwise.

            EXAMPLE
              inwise summary --campaign 1958368
            """)

    @Option(parsing: .unconditional, help: ArgumentHelp("The campaign.", valueName: "id")) var campaign: Int64
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "SOURCE") var more: ParameterOptions
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        let client = try source.open()
        let interrupt = InterruptWatch([client])
        var query = Query(campaignID: campaign)
        query.parameters = try more.parameters()
        let summary = try client.answer(.activitiesSummary, query)
        try interrupt.check()
        let output = Output()
        withExtendedLifetime(summary) {
            let text = JSONText(summary.bytes)
            switch self.output.chosen {
            case .table: FunnelTable(text).write(campaign: campaign, to: output)
            case .json, .ndjson:
                output.append(text, text.whole)
                output.append("\n")
            case .csv: CSVRows(columns: []).write(object: text, to: output)
            }
        }
        try output.finish()
    }
}
