// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

/// What a sync brings in. The values are the library's to check, negative ones too; it names the keys, and `Failure` the options.
struct SyncChoices: ParsableArguments {
    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("Only this campaign. Repeatable. (default: all)", valueName: "id"))
    var campaign: [Int64] = []

    @Option(help: ArgumentHelp("Only these rows, and their recent feed. Repeatable. (default: all three)", valueName: "rows"))
    var method: [Feed] = []

    @Option(help: ArgumentHelp(
        "From where on the first sync reads, 2024-09-01 or '2024-09-01 08:30:00'; an earlier one later reads what lies between. (default: 2000-01-01)",
        valueName: "date"))
    var from: String?

    @Flag(help: "Leave the recent feeds alone: other programs may be reading them, and each row is handed out once.")
    var noRecent = false

    @Option(parsing: .unconditional, help: ArgumentHelp("How far before the newest row known a later sync begins. (default: 600)", valueName: "seconds"))
    var overlap: Int?

    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp(
        "Read days once more when they have reached this age, since rows come late. Repeatable, up to 8. (default: 1800, 86400, 604800)",
        valueName: "seconds"))
    var lateAge: [Int] = []

    @Flag(help: "Read no days once more.")
    var noLate = false

    @Option(parsing: .unconditional, help: ArgumentHelp(
        "How late a row can be: so far back is read where an answer of a recent feed was lost. (default: 604800)", valueName: "seconds"))
    var gapReach: Int?

    @Option(help: ArgumentHelp(
        "Which campaigns to hold against the service's own counts: touched are those with new rows. (default: touched)", valueName: "which"))
    var audit: AuditChoice?

    mutating func validate() throws {
        if noLate, !lateAge.isEmpty { throw ValidationError("--no-late and --late-age exclude each other.") }
    }

    var members: [(name: String, value: JSON)] {
        let all: [(name: String, value: JSON?)] = [
            ("campaign_ids", campaign.isEmpty ? nil : .array(campaign.map(JSON.integer))),
            ("methods", method.isEmpty ? nil : .array(method.map { .string($0.walked.rawValue) })),
            ("date_from", from.map(JSON.string)),
            ("recent", noRecent ? .bool(false) : nil),
            ("overlap_seconds", overlap.map { .integer(Int64($0)) }),
            ("late_ages", noLate || !lateAge.isEmpty ? .array(lateAge.map { .integer(Int64($0)) }) : nil),
            ("gap_reach_seconds", gapReach.map { .integer(Int64($0)) }),
            ("audit", audit.map { .string($0.rawValue) }),
        ]
        return all.compactMap { member in member.value.map { (name: member.name, value: $0) } }
    }
}

/// Which campaigns are audited.
enum AuditChoice: String, CaseIterable, ExpressibleByArgument {
    case touched, all, none
}

/// How long it may take.
struct SyncLimits: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Stop after the step during which this time has passed. (default: none)", valueName: "seconds"))
    var maxSeconds: Double?

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to wait for another sync into this mirror. (default: 0)", valueName: "seconds"))
    var wait: Double?

    /// How long to wait, in seconds, for another process that writes the mirror.
    var patience: Double { min(max(maxSeconds ?? MirrorFile.patience, 1), MirrorFile.patience) }

    var members: [(name: String, value: JSON)] {
        let all = [("max_seconds", maxSeconds), ("wait_seconds", wait)]
        return all.compactMap { name, value in value.map { (name: name, value: .real($0)) } }
    }
}

/// How a report is told.
struct ReportOptions: ParsableArguments {
    @Flag(help: "The report as JSON, on one line, and nothing else on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress and no notes; a summary only if the mirror is not complete.")
    var quiet = false
}
