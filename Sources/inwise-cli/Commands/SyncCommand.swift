// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Keep an account on this machine: no row missing, none doubled.",
        usage: "inwise sync <mirror> [--watch <seconds>] [<options>]",
        discussion: """
            Brings a mirror, which is a file, in step with the source: everything at first, what is new later. It reads \
            the recent feeds, which CONSUMES them, and the same rows by date, so that nothing is lost where an answer was; \
            it holds the campaigns with new rows against the service's own counts, and mends what differs. Killed at any \
            moment, the next run goes on from there. An empty file beside the mirror, <mirror>-sync, keeps two syncs apart. The questions of the other commands are then answered by --url \
            file:<mirror>.

            Ctrl-C and SIGTERM end it behind the step under way, twice at once; with --json, "stopped" is then \
            "interrupted". Exit code 0 says that the mirror is \
            complete: no window is pending, no gap open, no audited campaign differs, and the sync came to its end.

            With --watch it goes on at this interval, give or take a tenth, and writes a line for each round; with --json \
            the report, led by "at", the time in UTC. That the service can't be reached, fails, limits the rate \
            or takes too long, or that another sync holds the mirror, doesn't end it: the next round comes, not before the \
            service wants it. Ctrl-C and SIGTERM end it with 0. It warns once \
            nothing has arrived for more than three times the longest silence of the past two weeks, and at least for 15 \
            minutes, counting only the hours of the week in which rows came in both of these weeks: not at night or at \
            weekends if these are silent, and not without such a history.

            EXAMPLES
              inwise sync account.db
              inwise sync account.db --from 2024-01-01 --max-seconds 240 --quiet
              inwise sync account.db --watch 300 --json >> reports.ndjson
              inwise activities --url file:account.db --from 2024-09-01
            """)

    @Argument(help: "The mirror: a file on a local disk, which is made if it isn't there.") var mirror: MirrorFile
    @OptionGroup(title: "WHAT TO SYNC") var choices: SyncChoices
    @OptionGroup(title: "HOW LONG") var limits: SyncLimits
    @Option(parsing: .unconditional, help: ArgumentHelp("Go on, a round at this interval, 0.1 to 86400.", valueName: "seconds")) var watch: Double?
    @OptionGroup(title: "SOURCE") var source: SourceOptions
    @OptionGroup(title: "REPORT") var report: ReportOptions

    mutating func validate() throws {
        if let watch, !(0.1...86_400).contains(watch) { throw ValidationError("--watch takes 0.1 to 86400 seconds, not \(watch).") }
    }

    func run() throws {
        let options = try SyncOptions(choices.members + limits.members)
        let run = SyncRun(try source.open(.reading), try mirror.open(.making, timeout: limits.patience), options, isQuiet: report.quiet)
        if let watch {
            var watch = SyncWatch(run, history: MirrorHistory(mirror, options.methods), interval: watch, isJSON: report.json)
            try watch.run()
        } else {
            try run.finish(
                isGood: \.isComplete, { SyncSummary($0, mirror: mirror.name).write(to: $1) }, isJSON: report.json)
        }
    }
}
