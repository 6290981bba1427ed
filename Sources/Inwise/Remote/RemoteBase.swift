// SPDX-License-Identifier: MIT

internal import CCurl

/// The URL below which the service's paths lie, checked by libcurl's own URL parser: what we see is what it connects to.
struct RemoteBase: Sendable {
    /// Without a slash at its end.
    let url: String
    let host: String
    let isSecure: Bool

    init(_ text: String) throws(InwiseError) {
        guard text.utf8.allSatisfy({ $0 >= 0x21 && $0 <= 0x7e }) else {
            throw .argument("url", "The URL must be ASCII without blanks or line ends; percent-encode what is not.")
        }
        guard let handle = curl_url() else { throw InwiseError(.memory, "No memory to read the URL.") }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = Self.part(handle, CURLUPART_SCHEME), let host = Self.part(handle, CURLUPART_HOST)
        else {
            throw .argument("url", "The URL can't be read. It should look like https://api.inwise.com/rest/v1.")
        }
        guard Self.part(handle, CURLUPART_USER) == nil, Self.part(handle, CURLUPART_PASSWORD) == nil else {
            throw .argument("url", "The URL must not hold a user name or password; the key belongs into the option \"api_key\".")
        }
        guard !text.contains("?"), !text.contains("#") else {
            throw .argument("url", "The URL is the base of the service's paths and takes no \"?\" or \"#\"; further parameters go into a query's \"params\".")
        }
        // libcurl takes https:///host for https://host.
        guard text.split(separator: ":", maxSplits: 1).last.map({ $0.hasPrefix("//") && !$0.hasPrefix("///") }) == true else {
            throw .argument("url", "The URL can't be read. It should look like https://api.inwise.com/rest/v1.")
        }
        if let port = Self.part(handle, CURLUPART_PORT), port == "0" {
            throw .argument("url", "The URL names port 0, where nothing can listen.")
        }
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        self.host = host
        isSecure = scheme.lowercased() == "https"
    }

    var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether a host is this machine, by name or by address: no look-up is made.
    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The host of a URL, for example of a proxy; nil if it is none.
    static func host(of text: String) -> String? {
        guard text.utf8.allSatisfy({ $0 >= 0x21 && $0 <= 0x7e }), text.contains(substring: "://"), let handle = curl_url() else {
            return nil
        }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else { return nil }
        return part(handle, CURLUPART_HOST)
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
