// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Glibc
internal import Inwise

struct SandboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve a made-up account over HTTP, on this machine alone.",
        discussion: """
            The account is the same for the same --seed, and its rows and its summary agree. It answers as the service \
            does: the same paths, parameters, limits and errors. The first line of the output says where; Ctrl-C or \
            SIGTERM ends it.

            EXAMPLES
              inwise sandbox --seed 7 --port 8080
              inwise sandbox --latency-ms 150 --fail-rate 0.05 --drop-rate 0.01
              inwise sandbox --page-base 1 --order asc --ids string --live 20
              inwise sandbox --live 50 --webhook http://127.0.0.1:80/ --webhook-mixed
            """)

    @Option(parsing: .unconditional, help: ArgumentHelp("0 for a free one.", valueName: "port")) var port: UInt16 = 0
    @Option(parsing: .unconditional, help: ArgumentHelp("Which account. (default: 1)", valueName: "number")) var seed: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Campaigns it has, 1 to 1000. (default: 3)", valueName: "number")) var campaigns: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Contacts it has, 1 to 1000000. (default: 2000)", valueName: "number")) var contacts: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Days of history, 1 to 3650. (default: 30)", valueName: "number")) var days: String?
    @Option(help: ArgumentHelp("What its clock says, 2024-09-20T12:00:00. (default: this machine's)", valueName: "time")) var now: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("The number of the first page, 0 or 1. (default: 0)", valueName: "number")) var pageBase: String?
    @Option(help: ArgumentHelp("Order of rows, desc or asc. (default: desc)", valueName: "order")) var order: String?
    @Option(help: ArgumentHelp("Ids as number or as string. (default: number)", valueName: "form")) var ids: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Activities a second that keep arriving. (default: 0)", valueName: "rows")) var live: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("How long each answer is delayed. (default: 0)", valueName: "milliseconds")) var latencyMs: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Share of calls that end with 500, 0 to 1. (default: 0)", valueName: "share")) var failRate: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Share of calls that end with 429, 0 to 1. (default: 0)", valueName: "share")) var rateLimit: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Share of calls that get no answer, though the work is done. (default: 0)", valueName: "share"))
    var dropRate: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Share of calls of the recent methods alone that get no answer. (default: 0)", valueName: "share"))
    var recentDropRate: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Share of live rows that arrive up to three days late. (default: 0)", valueName: "share"))
    var lateRate: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Share of live rows dated up to two days in the future. (default: 0)", valueName: "share"))
    var futureRate: String?
    @Option(help: ArgumentHelp(
        "Ask for this key. It guards nothing of worth, and every user of this machine can read it: don't use a real one.", valueName: "key"))
    var apiKey: String?
    @OptionGroup(title: "WEBHOOKS") var webhooks: WebhookSending

    mutating func validate() throws {
        if webhooks.webhook != nil, live == nil { throw ValidationError("--webhook posts what keeps arriving: give --live as well.") }
    }

    func run() throws {
        let client = try InwiseClient(url, options: apiKey.map { [("api_key", .string($0))] } ?? [])
        Signals.block([SIGINT, SIGTERM])
        let server = try SandboxServer(client, port: port)
        defer { server.stop() }
        let output = Output()
        output.append("Serving the sandbox at http://127.0.0.1:\(server.port)/rest/v1 (stop with Ctrl-C)\n")
        try output.flush()
        let sender = try webhooks.webhook.map { url in
            try WebhookSender(client, webhooks, to: url, seed: seed.flatMap { Int64($0) }.map { UInt64(bitPattern: $0) } ?? 1)
        }
        defer { sender?.stop() }
        _ = Signals.wait(for: [SIGINT, SIGTERM])
    }

    /// The sandbox's own URL; what a value may be is its affair.
    private var url: String {
        let settings = [
            ("seed", seed), ("campaigns", campaigns), ("contacts", contacts), ("days", days), ("now", now),
            ("page_base", pageBase), ("order", order), ("ids", ids), ("live", live), ("latency_ms", latencyMs),
            ("fail_rate", failRate), ("rate_limit", rateLimit), ("drop_rate", dropRate),
            ("recent_drop_rate", recentDropRate), ("late_rate", lateRate), ("future_rate", futureRate),
        ]
        let given = settings.compactMap { key, value in value.map { "\(key)=\($0.percentEncoded())" } }
        return "sandbox:?" + given.joined(separator: "&")
    }
}
