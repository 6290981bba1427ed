// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

struct RecentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recent",
        abstract: "What is new since the last time; reading CONSUMES it.",
        usage: "inwise recent <feed> [--all] [--consumer <name>] [<options>]",
        discussion: """
            The service hands each new row out once: what this command has read, nobody can read here again, neither \
            you nor another program with the same account. A request is therefore never repeated. If one fails, rows may \
            be gone from here: read the same days again with "inwise activities --from", "sent" or "undelivered".

            A mirror has places of its own for readers who give a name with --consumer: they get what they have not \
            acknowledged, again and again. With --acknowledge the rows count as dealt with once they are written to \
            standard output; if that fails, or this program is killed, they come again.

            One request gives at most 1,000 rows, in order of arrival; --all goes on until there are no more.

            EXAMPLES
              inwise recent activities --all --format ndjson >> activities.ndjson
              inwise recent sent --url file:account.db --consumer crm --acknowledge --all
            """)

    @Argument(help: "Which rows to read.") var feed: Feed
    @Flag(help: "Read on until nothing new is left.") var all = false
    @Option(help: ArgumentHelp("Read as this reader of a mirror, and consume nothing.", valueName: "name")) var consumer: String?
    @Flag(help: "Once the rows are written, they are dealt with.") var acknowledge = false
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "SOURCE") var more: ParameterOptions
    @OptionGroup(title: "OUTPUT") var output: OutputOptions

    mutating func validate() throws {
        if acknowledge, consumer == nil { throw ValidationError("--acknowledge needs --consumer: it says who has dealt with the rows.") }
        if consumer != nil, all, !acknowledge {
            throw ValidationError("--all with --consumer needs --acknowledge: without it the same rows would come again and again.")
        }
    }

    func run() throws {
        var query = Query(consumer: consumer)
        query.parameters = try more.parameters()
        // Who consumes or acknowledges writes.
        let client = try source.open(consumer == nil || acknowledge ? .writing : .reading)
        let walk = RowWalk(client, output)
        if let consumer {
            try walk.read(feed.recent, query, all: all, acknowledgingFor: acknowledge ? consumer : nil)
        } else {
            try walk.consume(feed.recent, query, all: all)
        }
    }
}
