// SPDX-License-Identifier: MIT

/// Whom a webhook may come from, and how long it may be; `inwise.h` says at `inwise_webhook_parse` what that rests on.
public struct WebhookOptions: Sendable, Equatable {
    /// Who sent it, as the web server sees it; nil if no address is to be looked at.
    public var remoteAddress: String?
    /// Addresses and networks that may send, 1 to 100. The service's own by default.
    public var allow = Self.serviceAddresses
    /// Proxies of one's own, up to 100 addresses and networks: what they say of the sender in ``forwardedFor`` counts.
    public var trustedProxies: [String] = []
    /// The `X-Forwarded-For` header, as it came.
    public var forwardedFor: String?
    /// A secret of 16 to 200 characters, none of them a blank, `+`, `%`, `&` or `#`, that ``url`` must have as its parameter `token`.
    public var token: String?
    /// The URL that was asked for, or what follows its host.
    public var url: String?
    /// 1 to 16,777,216.
    public var maxBodyBytes = Self.defaultMaxBodyBytes

    /// Whence the service sends, as its guide says.
    public static let serviceAddresses = ["193.169.246.40", "193.169.247.40"]

    static let defaultMaxBodyBytes = 1 << 20
    private static let mostNetworks = 100
    private static let tokenLengths = 16...200
    private static let bodyBytes: ClosedRange<Int64> = 1...16_777_216

    /// Options with their defaults: from anywhere.
    public init() {}

    /// Reads an options object, and checks it.
    package init(parsing text: UnsafePointer<CChar>?) throws(InwiseError) {
        var reader = OptionReader(try JSON.object(parsing: text, as: "options"), as: "options of a webhook")
        remoteAddress = try reader.string("remote_address")
        let allow = try Self.texts("allow", &reader)
        trustedProxies = try Self.texts("trusted_proxies", &reader) ?? []
        forwardedFor = try reader.string("forwarded_for")
        token = try reader.string("token")
        url = try reader.string("url")
        maxBodyBytes = try reader.integer("max_body_bytes", in: Self.bodyBytes).map(Int.init) ?? maxBodyBytes
        try reader.finish()
        guard allow == nil || remoteAddress != nil else {
            throw .argument("allow", "\"allow\" needs \"remote_address\", which is held against it: without one any address would do.")
        }
        self.allow = allow ?? self.allow
    }

    private static func texts(_ key: String, _ reader: inout OptionReader) throws(InwiseError) -> [String]? {
        guard let values = try reader.array(key) else { return nil }
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else { throw .argument(key, "\"\(key)\" must hold strings: addresses or networks.") }
        return texts
    }

    /// Checks what holds also of options that came from Swift, and reads the networks.
    func trust() throws(InwiseError) -> WebhookTrust {
        guard Self.bodyBytes.contains(Int64(maxBodyBytes)) else {
            throw .argument("max_body_bytes", "\"max_body_bytes\" must be an integer from 1 to \(Self.bodyBytes.upperBound), not \(maxBodyBytes).")
        }
        if let token {
            guard Self.tokenLengths.contains(token.unicodeScalars.count) else {
                throw .argument("token", "\"token\" must be a secret of 16 to 200 characters, not of \(token.unicodeScalars.count).")
            }
            guard !token.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.properties.generalCategory == .control || "+%&#".unicodeScalars.contains($0) }) else {
                throw .argument("token", "\"token\" must be a secret without blanks, + % & and #, which mean something else in a URL. \"openssl rand -hex 16\" makes one.")
            }
            guard url != nil else { throw .argument("url", "\"token\" needs \"url\", the URL that was asked for, which is to have it.") }
        }
        guard remoteAddress != nil || (trustedProxies.isEmpty && forwardedFor == nil) else {
            throw .argument("remote_address", "\"trusted_proxies\" and \"forwarded_for\" need \"remote_address\": they tell whom it stands for.")
        }
        guard !allow.isEmpty else { throw .argument("allow", "\"allow\" must hold 1 to \(Self.mostNetworks) addresses or networks; leave it out for the service's own.") }
        var trust = WebhookTrust(token: token, url: url)
        guard let remoteAddress else { return trust }
        guard let address = NetworkAddress(remoteAddress) else {
            throw .argument("remote_address", "\"remote_address\" must be an IPv4 or IPv6 address, not \"\(remoteAddress.prefix(60))\".")
        }
        trust.address = address
        trust.allow = try Self.networks(allow, "allow")
        trust.proxies = try Self.networks(trustedProxies, "trusted_proxies")
        trust.forwardedFor = forwardedFor
        return trust
    }

    private static func networks(_ texts: [String], _ key: String) throws(InwiseError) -> [Network] {
        guard texts.count <= mostNetworks else { throw .argument(key, "\"\(key)\" holds \(texts.count) addresses; \(mostNetworks) is the most.") }
        var networks: [Network] = []
        for text in texts {
            guard let network = Network(text) else {
                throw .argument(key, "\"\(key)\" must hold addresses (\"193.169.246.40\") or networks (\"10.0.0.0/8\"), not \"\(text.prefix(60))\".")
            }
            networks.append(network)
        }
        return networks
    }
}
