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
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        try RowWalk(source.open(inFlight: rows.inFlight), output).walk(.activities, rows.query(source, type))
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
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        try RowWalk(source.open(inFlight: rows.inFlight), output).walk(.sentEmails, rows.query(source))
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
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        try RowWalk(source.open(inFlight: rows.inFlight), output).walk(.undelivered, rows.query(source))
    }
}

struct RecentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recent",
        abstract: "What is new since the last time; reading CONSUMES it.",
        usage: "inwise recent <feed> [--all] [<options>]",
        discussion: """
            The service hands each new row out once: what this command has read, nobody can read here again, neither \
            you nor another program with the same account. A request is therefore never repeated. If one fails, rows may \
            be gone from here: read the same days again with "inwise activities --from", "sent" or "undelivered".

            One request gives at most 1,000 rows, in order of arrival; --all goes on until there are no more.

            EXAMPLE
              inwise recent activities --all --format ndjson >> activities.ndjson
            """)

    enum Feed: String, CaseIterable, ExpressibleByArgument {
        case activities, sent, undelivered

        var method: Method {
            switch self {
            case .activities: .recentActivities
            case .sent: .recentSentEmails
            case .undelivered: .recentUndelivered
            }
        }
    }

    @Argument(help: "Which rows to read.") var feed: Feed
    @Flag(help: "Read on until nothing new is left.") var all = false
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    func run() throws {
        var query = Query()
        query.parameters = try source.parameters()
        try RowWalk(source.open(), output).consume(feed.method, query, all: all)
    }
}
