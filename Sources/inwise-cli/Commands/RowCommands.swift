// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

struct ActivitiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activities",
        abstract: "Opens, clicks, bounces and every other response of recipients.",
        discussion: """
            Walks every page, each row exactly once. Without --from and --to the service answers for the past week only.

            EXAMPLES
              inwise activities --campaign 1958368 --from 2024-09-01
              inwise activities --type emailClicked --from 2024-09-01 --format csv
            """)

    @OptionGroup(title: "WHICH ROWS") var rows: RowOptions
    @OptionGroup(title: "WHICH ROWS") var type: TypeOption
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "SOURCE") var more: ParameterOptions
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        try RowWalk(source.open(inFlight: rows.inFlight), output).walk(.activities, rows.query(more, type))
    }
}

struct SentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sent",
        abstract: "Mails that were handed over for delivery.",
        discussion: """
            Walks every page, each row exactly once. Without --from and --to the service answers for the past week only. \
            Mails that bounced later are among them; recipients who were not sent to are under "inwise undelivered".

            EXAMPLE
              inwise sent --campaign 1958368 --from 2024-09-01 --format csv > sent.csv
            """)

    @OptionGroup(title: "WHICH ROWS") var rows: RowOptions
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "SOURCE") var more: ParameterOptions
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        try RowWalk(source.open(inFlight: rows.inFlight), output).walk(.sentEmails, rows.query(more))
    }
}

struct UndeliveredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undelivered",
        abstract: "Recipients who were not sent to, and why.",
        discussion: """
            Walks every page, each row exactly once. Mostly contacts who had unsubscribed, or had bounced before.

            EXAMPLE
              inwise undelivered --campaign 1958368 --format ndjson | jq -r .reason | sort | uniq -c
            """)

    @OptionGroup(title: "WHICH ROWS") var rows: RowOptions
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "SOURCE") var more: ParameterOptions
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        try RowWalk(source.open(inFlight: rows.inFlight), output).walk(.undelivered, rows.query(more))
    }
}
