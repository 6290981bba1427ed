// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Glibc
internal import Inwise

struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Receive the service's webhooks into a mirror.",
        usage: "inwise webhook --listen <address:port> --mirror <mirror> [<options>]",
        discussion: """
            Takes each event that the service posts, at any path, into a mirror, which is a file, and answers with 200 once it \
            is on the disk. An event that comes again is the same one. Its row counts at once, until a sync brings the service's own \
            row in its place: let inwise sync run on the same mirror, at the same time if need be. A cursor of "webhookEvents" reads the events.

            The service does not sign what it posts, and posts from two addresses. Only these may send, unless --allow or \
            --any-address says otherwise; behind a proxy, which should do https, name that with --trusted-proxy. A secret in \
            the URL that the service was given (--token-file) is safer still.

            200 is also for what had come before; 400: no event; 403: not allowed to send; 404, 405: another path or method; 413: \
            too large; 503: the mirror can't be written, or too many wait, and the service is to send it again. GET /health says 200 \
            as long as the mirror can be written. The first line of the output says where it listens, the last one what it has \
            received. Ctrl-C or SIGTERM ends it when all that waits has been kept and answered; a second one at once.

            EXAMPLES
              inwise webhook --listen '[::]:80' --mirror account.db --token-file secret
              inwise webhook --listen 127.0.0.1:80 --mirror a.db --trusted-proxy 127.0.0.1
            """)

    @Option(help: ArgumentHelp("Where to listen, 127.0.0.1:8080 or '[::]:8080'; port 0 is a free one.", valueName: "address:port")) var listen: ListenAddress
    @Option(help: "The mirror: a file on a local disk, which is made if it isn't there.") var mirror: MirrorFile
    @Option(help: ArgumentHelp("Take webhooks at this path alone. (default: any)", valueName: "path")) var path: String?
    @OptionGroup(title: "WHO MAY SEND") var senders: SenderOptions
    @Option(parsing: .unconditional, help: ArgumentHelp("How large a webhook may be, 1 to 16777216.", valueName: "bytes")) var maxBody = 1 << 20
    @Option(parsing: .unconditional, help: ArgumentHelp("How many may wait for the mirror, 1 to 10000.", valueName: "events")) var queue = 1000
    @Option(parsing: .unconditional, help: ArgumentHelp(
        "How long the mirror is waited for while another process writes it, 0.1 to 600.", valueName: "seconds")) var timeout = 10.0
    @Option(parsing: .unconditional, help: ArgumentHelp("How long a client may take to send a request, 0.1 to 600.", valueName: "seconds")) var clientTimeout = 30.0
    @Flag(name: .shortAndLong, help: "A line on standard error for each request.") var verbose = false

    mutating func validate() throws {
        if let path, !path.hasPrefix("/") || path.contains("?") { throw ValidationError("--path takes a path such as /inwise, not \"\(path)\".") }
        guard (1...10_000).contains(queue) else { throw ValidationError("--queue takes 1 to 10000 events, not \(queue).") }
        for (name, value) in [("--timeout", timeout), ("--client-timeout", clientTimeout)] where !(0.1...600).contains(value) {
            throw ValidationError("\(name) takes 0.1 to 600 seconds, not \(value).")
        }
    }

    func run() throws {
        let door = try senders.door(maxBodyBytes: maxBody)
        let signals = [SIGINT, SIGTERM].filter { !Signals.isIgnored($0) }
        Signals.block(signals)
        let listening = try listen.open()
        let client = try mirror.open(.making, timeout: timeout)
        // Also whether it can be written.
        _ = try client.ingest(all: [])
        let log = ReceiverLog(isVerbose: verbose)
        let events = try EventQueue(
            most: queue, keep: { webhooks throws(InwiseError) in try client.ingest(all: webhooks) }, cancel: { client.cancel() })
        let receiver = try WebhookReceiver(
            listening.socket, door, path: path, readsForwardedFor: !senders.trustedProxy.isEmpty, events, log,
            connections: OpenFiles.allow(queue + Self.spareConnections), requestSeconds: clientTimeout)
        let output = Output()
        defer {
            receiver.stop { Signals.wait(for: signals, seconds: 0.02) }
            output.append(log.summary)
            try? output.flush()
        }
        output.append("Receiving webhooks at \(listening.url)\(path ?? "/") (stop with Ctrl-C)\n")
        try output.flush()
        while !Signals.wait(for: signals, seconds: Self.lookPause) { receiver.dropSlow() }
    }

    /// Beside those that wait for the mirror.
    private static let spareConnections = 256
    /// Seconds between two looks for clients that take too long.
    private static let lookPause = 0.1
}

/// How many files and connections this process may have open.
private enum OpenFiles {
    /// Kept for the mirror's files and for streams.
    private static let others = 64

    /// Raises the limit as far as may be.
    ///
    /// - Returns: how many connections there may be, `wanted` at the most.
    static func allow(_ wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return min(wanted, 512) }
        let needed = rlim_t(wanted + others)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return min(wanted, max(16, Int(clamping: limit.rlim_cur) - others))
    }
}
