// SPDX-License-Identifier: MIT

internal import ArgumentParser

/// Where a sandbox posts its live events, and how badly.
struct WebhookSending: ParsableArguments {
    @Option(help: ArgumentHelp(
        "Post each live activity there as a webhook, again and again until the answer is 200. Needs --live.", valueName: "url"))
    var webhook: String?

    @Option(parsing: .unconditional, help: ArgumentHelp(
        "So many activities arrive and are posted; then no more, and a line says so. (default: no end)", valueName: "number"))
    var webhookEvents: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Share of webhooks that come twice, 0 to 1.", valueName: "share")) var webhookDuplicates = 0.0

    @Option(parsing: .unconditional, help: ArgumentHelp(
        "Delay each by up to so many seconds, 0 to 3600, so that they come in any order. 100000 wait at the most; what arrives beyond that is posted when there is room.", valueName: "seconds"))
    var webhookShuffle = 0.0

    @Flag(help: "Mix the service's two spellings of names and its two forms of dates.") var webhookMixed = false

    mutating func validate() throws {
        guard webhook != nil else {
            guard webhookEvents == nil, webhookDuplicates == 0, webhookShuffle == 0, !webhookMixed else {
                throw ValidationError("--webhook-events, --webhook-duplicates, --webhook-shuffle and --webhook-mixed need --webhook, which says where to.")
            }
            return
        }
        guard let webhook, webhook.lowercased().hasPrefix("http://") || webhook.lowercased().hasPrefix("https://") else {
            throw ValidationError("--webhook takes a URL that begins with http:// or https://.")
        }
        if let webhookEvents, webhookEvents < 1 { throw ValidationError("--webhook-events takes a number from 1, not \(webhookEvents).") }
        guard (0...1).contains(webhookDuplicates) else { throw ValidationError("--webhook-duplicates takes a share from 0 to 1, not \(webhookDuplicates).") }
        guard (0...3600).contains(webhookShuffle) else { throw ValidationError("--webhook-shuffle takes 0 to 3600 seconds, not \(webhookShuffle).") }
    }
}
