// SPDX-License-Identifier: MIT

/// Lets webhooks in where many arrive: the options are read once, and each request is looked at as it begins, before its body.
package struct WebhookDoor: Sendable {
    private let trust: WebhookTrust
    private let looksAtAddresses: Bool
    package let maxBodyBytes: Int

    /// - Parameters:
    ///   - options: what they say of one request doesn't count.
    ///   - looksAtAddresses: whether the address must be allowed.
    package init(_ options: WebhookOptions, looksAtAddresses: Bool) throws(InwiseError) {
        var options = options
        (options.remoteAddress, options.forwardedFor, options.url) = ("0.0.0.0", nil, "/")
        trust = try options.trust()
        self.looksAtAddresses = looksAtAddresses
        maxBodyBytes = options.maxBodyBytes
    }

    /// Looks at who sends.
    ///
    /// - Throws: `.auth` for who may not.
    package func check(address: String, forwardedFor: String?, url: String) throws(InwiseError) {
        var sender: NetworkAddress?
        if looksAtAddresses {
            guard let read = NetworkAddress(address) else { throw InwiseError(.auth, "The sender's address, \(address.prefix(60)), is none of the Internet's.", parameter: "remote_address") }
            sender = read
        }
        try WebhookTrust(
            address: sender, allow: trust.allow, proxies: trust.proxies, forwardedFor: forwardedFor, token: trust.token, url: url
        ).check()
    }

    /// Reads the body of who was let in, of `maxBodyBytes` at the most.
    ///
    /// - Throws: `.protocol` for what is no event.
    package func read(_ body: UnsafeRawBufferPointer) throws(InwiseError) -> Webhook { try Webhook(trusted: body) }
}
