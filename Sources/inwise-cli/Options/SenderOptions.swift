// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

/// From whom webhooks are taken.
struct SenderOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "An address or a network, 10.0.0.0/8, that may send. Repeatable, up to 100. (default: the service's, \(WebhookOptions.serviceAddresses.joined(separator: " and ")))",
        valueName: "address"))
    var allow: [String] = []

    @Flag(help: "Any address may send. Only with a token, or where nobody else can reach the port.")
    var anyAddress = false

    @Option(help: ArgumentHelp(
        "An address or a network of a proxy of yours: what it says in X-Forwarded-For counts as the sender. Repeatable, up to 100.", valueName: "address"))
    var trustedProxy: [String] = []

    @Option(help: ArgumentHelp(
        "A file that holds a secret of 16 to 200 characters, of which \"openssl rand -hex 16\" makes one, and nothing else: webhooks must come to a URL that ends with ?token= and it. (default: INWISE_WEBHOOK_TOKEN, or none)",
        valueName: "file"))
    var tokenFile: String?

    mutating func validate() throws {
        if anyAddress, !allow.isEmpty || !trustedProxy.isEmpty {
            throw ValidationError("--any-address leaves --allow and --trusted-proxy nothing to say: give one or the others.")
        }
    }

    /// - Parameter maxBodyBytes: of one webhook.
    func door(maxBodyBytes: Int) throws -> WebhookDoor {
        var options = WebhookOptions()
        if !allow.isEmpty { options.allow = allow }
        options.trustedProxies = trustedProxy
        options.token = try Secret.read("token", file: tokenFile, environment: "INWISE_WEBHOOK_TOKEN")
        options.maxBodyBytes = maxBodyBytes
        let door = try WebhookDoor(options, looksAtAddresses: !anyAddress)
        if anyAddress, options.token == nil {
            StandardError.line("Note: neither an address nor a token is asked for. Whoever can reach the port can post events.")
        }
        return door
    }
}
