// SPDX-License-Identifier: MIT

/// Whether a webhook comes from somebody who may send one. The service doesn't sign.
struct WebhookTrust {
    /// Nil if no address is to be looked at.
    var address: NetworkAddress?
    var allow: [Network] = []
    var proxies: [Network] = []
    var forwardedFor: String?
    let token: String?
    let url: String?

    func check() throws(InwiseError) {
        if let address {
            let sender = try sender(address)
            guard allow.contains(where: { $0.contains(sender) }) else {
                throw InwiseError(.auth, "The webhook comes from an address that is not allowed. The service sends from 193.169.246.40 and 193.169.247.40; name others, or a proxy of yours, in \"allow\" and \"trusted_proxies\".", parameter: "remote_address")
            }
        }
        if let token {
            guard let url, hasToken(url, token) else {
                throw InwiseError(.auth, "The webhook's URL doesn't have the secret as its parameter \"token\". Give the service the URL with it.", parameter: "token")
            }
        }
    }

    /// Who sent it: the last of the addresses that proxies noted which is none of one's own. What stands before that anybody can write.
    private func sender(_ remote: NetworkAddress) throws(InwiseError) -> NetworkAddress {
        var sender = remote
        var rest = forwardedFor.map { Substring($0) } ?? ""
        while isProxy(sender), !rest.isEmpty {
            let entry: Substring
            if let comma = rest.lastIndex(of: ",") {
                entry = rest[rest.index(after: comma)...]
                rest = rest[..<comma]
            } else {
                entry = rest
                rest = ""
            }
            guard let address = NetworkAddress(Self.trimmed(entry)) else {
                throw InwiseError(.auth, "\"forwarded_for\" holds something that is no address: \"\(Self.trimmed(entry).prefix(60))\". The proxy before this program must write it.", parameter: "forwarded_for")
            }
            sender = address
        }
        return sender
    }

    private func isProxy(_ address: NetworkAddress) -> Bool { proxies.contains { $0.contains(address) } }

    private static func trimmed(_ text: Substring) -> Substring {
        let text = text.drop { $0 == " " || $0 == "\t" }
        guard let last = text.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return text[...last]
    }

    private func hasToken(_ url: String, _ token: String) -> Bool {
        let url = url.prefix { $0 != "#" }
        guard let mark = url.utf8.firstIndex(of: UInt8(ascii: "?")) else { return false }
        let query = url[url.index(after: mark)...]
        guard let parameters = try? PercentDecoding.parameters(query, bad: { InwiseError(.auth, $0) }) else { return false }
        let given = parameters.filter { $0.name == "token" }
        // Two would leave open which one was meant.
        return given.count == 1 && Self.areEqual(given[0].value, token)
    }

    /// Whether two texts are equal, in a time that tells only how long the given one is.
    private static func areEqual(_ given: String, _ secret: String) -> Bool {
        let (given, secret) = (Array(given.utf8), Array(secret.utf8))
        var difference = UInt8(given.count == secret.count ? 0 : 1)
        for index in given.indices { difference |= given[index] ^ secret[index % secret.count] }
        return difference == 0
    }
}
