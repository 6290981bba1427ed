// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Glibc
internal import Inwise

/// `inwise`: the campaign-analytics questions, asked from a shell.
@main
struct InwiseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inwise",
        abstract: "The truth about an e-mail campaign: every page walked, every row once.",
        discussion: """
            Ask the service, a mirror of it on this machine, or a made-up account, what became of the mails of a \
            campaign. Rows come as a table on a terminal and as JSON otherwise; --format csv and ndjson are the other two.

            The API key comes from the environment, INWISE_API_KEY, or from a file, --api-key-file; never from the \
            command line, which every user of the machine can read. INWISE_URL stands in for --url.

            EXAMPLES
              inwise sandbox --seed 7                   a made-up service, to try it out
              export INWISE_URL=http://127.0.0.1:PORT/rest/v1
              inwise summary --campaign 1958368         a campaign's funnel, as bars
              inwise activities --campaign 1958368 --type emailClicked --from 2024-09-01
              inwise sent --from 2024-09-01 --to 2024-09-30 --format csv > september.csv
              inwise undelivered --format ndjson | jq -r .reason | sort | uniq -c
              inwise recent activities --url 'sandbox:?seed=7'
              inwise sync account.db                    all of it in a file, kept in step
              inwise summary --campaign 1958368 --url file:account.db
              inwise webhook --listen 127.0.0.1:8080 --mirror account.db

            EXIT CODES
              0    all rows were written; sync, audit: the mirror is complete
              1    sync, audit: it ran, but a window is pending, a gap open, a campaign
                   differs or could not be audited, or --max-seconds ended it
              64   a wrong argument or option; nothing was sent
              65   the answer is not what the API describes
              66   the file with the key can't be read
              69   the service can't be reached, refuses, fails or takes too long
              70   a fault inside inwise
              73   the mirror can't be used: its file is not there, not a mirror, damaged,
                   or can't be written, or the disk is full
              74   the output can't be written
              75   another process holds the mirror: try again later, or for a sync with --wait
              77   the key is missing, wrong, or has no REST permission
              130  interrupted by Ctrl-C
              141  the reader of the output went away, as head does
              143  sync, audit: ended by SIGTERM
            """,
        version: inwiseVersion,
        subcommands: [
            ActivitiesCommand.self, SentCommand.self, UndeliveredCommand.self, SummaryCommand.self, RecentCommand.self,
            SyncCommand.self, AuditCommand.self, WebhookCommand.self, SandboxCommand.self,
        ])

    /// Runs the command that the arguments name, and ends the process.
    static func main() {
        StandardStreams.prepare()
        let status: ExitStatus
        do {
            var command = try parseAsRoot()
            do {
                try command.run()
                status = .ok
            } catch let failure as Failure {
                status = report(failure)
            } catch let error as InwiseError {
                status = report(Failure(error))
            }
        } catch {
            status = answer(toParsing: error)
        }
        Glibc.exit(status.rawValue)
    }

    /// Says what went wrong, unless there is nothing to say.
    private static func report(_ failure: Failure) -> ExitStatus {
        if let message = failure.message { StandardError.line(message) }
        return failure.status
    }

    /// Help, the version or a completion script on standard output, a refusal with the usage on standard error.
    private static func answer(toParsing error: any Error) -> ExitStatus {
        let text = fullMessage(for: error)
        guard exitCode(for: error).isSuccess else {
            // "Error: …", and below it the usage.
            let usual = "Error: "
            let lines = (text.hasPrefix(usual) ? "inwise: " + text.dropFirst(usual.count) : text).split(separator: "\n")
            StandardError.text(lines.map { TerminalText(String($0)).text + "\n" }.joined())
            return .usage
        }
        do {
            let output = Output()
            output.append(text + "\n")
            try output.finish()
            return .ok
        } catch {
            return report(error)
        }
    }
}
