// SPDX-License-Identifier: MIT

internal import CCurl
internal import Glibc

/// What a remote source was opened with; keys, ranges and defaults stand in `inwise.h` at `inwise_open`.
struct RemoteOptions: Sendable {
    let base: RemoteBase
    let apiKey: String?
    let timeoutSeconds: Double
    let connectTimeoutSeconds: Double
    let maxRetries: Int
    let maxRetryDelaySeconds: Double
    let pagesInFlight: Int
    let requestsPerSecond: Double?
    let pageSize: Int
    /// Nil to notice it.
    let pageBase: Int?
    /// Nil for what the environment says, empty for none.
    let proxy: String?
    let caFile: String?
    let userAgent: String
    let maxResponseBytes: Int
    private let paths: [Method: String]
    private let parameterNames: [String: String]

    init(base url: String, _ reader: inout OptionReader) throws(InwiseError) {
        apiKey = try Self.headerText("api_key", &reader)
        timeoutSeconds = try reader.number("timeout_seconds", in: 0.001...86400) ?? 30
        connectTimeoutSeconds = try reader.number("connect_timeout_seconds", in: 0.001...86400) ?? 10
        maxRetries = try reader.integer("max_retries", in: 0...20).map(Int.init) ?? 4
        maxRetryDelaySeconds = try reader.number("max_retry_delay_seconds", in: 0...3600) ?? 60
        pagesInFlight = try reader.integer("pages_in_flight", in: 1...64).map(Int.init) ?? 4
        requestsPerSecond = try reader.number("requests_per_second", in: 0.001...10000)
        pageSize = try reader.integer("page_size", in: 1...1000).map(Int.init) ?? 1000
        pageBase = try Self.pageBase(&reader)
        proxy = try Self.proxy(&reader)
        caFile = try Self.readableFile("ca_file", &reader)
        userAgent = try Self.headerText("user_agent", &reader, blanks: true) ?? "libinwise/\(inwiseVersion)"
        maxResponseBytes = try reader.integer("max_response_bytes", in: 1024...(1 << 30)).map(Int.init) ?? 16 << 20
        let allowInsecure = try reader.bool("allow_insecure") ?? false
        paths = try Self.paths(&reader)
        parameterNames = try Self.parameterNames(&reader)
        base = try RemoteBase(url)
        if !base.isSecure, !allowInsecure, let proxy, let host = RemoteBase.host(of: proxy), !RemoteBase.isLoopback(host) {
            throw .argument("proxy", "Over plain http the API key would go in the clear to the proxy \(host.prefix(100)). Use https, or set \"allow_insecure\" to true if the network is trusted.")
        }
        guard base.isSecure || base.isLoopback || allowInsecure else {
            throw .argument("url", "Plain http would send the API key in the clear to \(base.host.prefix(100)). Use https, or set \"allow_insecure\" to true if the network is trusted.")
        }
    }

    func path(_ method: Method) -> String { paths[method] ?? "/campaigns/email/\(method.rawValue)" }

    /// The service's name for a query key.
    func parameterName(_ key: String) -> String { parameterNames[key] ?? key }

    // MARK: Reading

    /// Text that becomes part of a header: what could end the line, or isn't ASCII, is refused.
    private static func headerText(_ key: String, _ reader: inout OptionReader, blanks: Bool = false) throws(InwiseError) -> String? {
        guard let text = try reader.string(key) else { return nil }
        let lowest: UInt8 = blanks ? 0x20 : 0x21
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= lowest && $0 <= 0x7e }) else {
            throw .argument(key, "\"\(key)\" goes into an HTTP header: it must be printable ASCII\(blanks ? "" : " without blanks"), not empty, and may not contain line ends.")
        }
        return text
    }

    private static func pageBase(_ reader: inout OptionReader) throws(InwiseError) -> Int? {
        switch reader.take("page_base") {
        case nil, .string("auto")?: return nil
        case .integer(let number)? where number == 0 || number == 1: return Int(number)
        case let value?: throw reader.wrong("page_base", value, wants: "0, 1 or \"auto\"")
        }
    }

    private static func readableFile(_ key: String, _ reader: inout OptionReader) throws(InwiseError) -> String? {
        guard let text = try reader.string(key) else { return nil }
        guard access(text, R_OK) == 0 else {
            throw .argument(key, "The file in \"\(key)\" can't be read (\(String(cString: strerror(errno)))). It must be a PEM file with certificates.")
        }
        return text
    }

    private static func proxy(_ reader: inout OptionReader) throws(InwiseError) -> String? {
        guard let text = try reader.string("proxy") else { return nil }
        guard text.isEmpty || RemoteBase.host(of: text) != nil else {
            throw .argument("proxy", "\"proxy\" must be a URL such as \"http://host:port\", without blanks or line ends; \"\" for none.")
        }
        return text
    }

    /// Whether a proxy may be on the way: one that was named, or one that the environment may name.
    var mayUseProxy: Bool {
        if let proxy { return !proxy.isEmpty }
        return !base.isLoopback && ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].contains { (name: String) in getenv(name) != nil }
    }

    private static func paths(_ reader: inout OptionReader) throws(InwiseError) -> [Method: String] {
        var paths: [Method: String] = [:]
        for (name, value) in try reader.object("paths") ?? [] {
            guard let method = Method(rawValue: name) else {
                throw .argument("paths", "\"paths\" in the options takes method names (\(Method.allCases.map(\.rawValue).joined(separator: ", "))), not \"\(name.prefix(60))\".")
            }
            guard case .string(let path) = value, path.hasPrefix("/"),
                path.utf8.allSatisfy({ $0 >= 0x21 && $0 <= 0x7e && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
            else {
                throw .argument("paths", "The path of \"\(name)\" in \"paths\" must be a string that begins with \"/\", percent-encoded, without \"?\" and \"#\".")
            }
            paths[method] = path
        }
        return paths
    }

    private static func parameterNames(_ reader: inout OptionReader) throws(InwiseError) -> [String: String] {
        var names: [String: String] = [:]
        for (key, value) in try reader.object("parameter_names") ?? [] {
            guard RemoteRequest.queryKeys.contains(key) else {
                throw .argument("parameter_names", "\"parameter_names\" in the options takes query keys (\(RemoteRequest.queryKeys.joined(separator: ", "))), not \"\(key.prefix(60))\".")
            }
            guard case .string(let name) = value, !name.isEmpty else {
                throw .argument("parameter_names", "The name of \"\(key)\" in \"parameter_names\" must be a string that is not empty.")
            }
            names[key] = name
        }
        let all = RemoteRequest.queryKeys.map { names[$0] ?? $0 }
        if let twice = all.first(where: { name in all.count { $0 == name } > 1 }) {
            throw .argument("parameter_names", "\"parameter_names\" in the options gives two query keys the name \"\(twice.prefix(60))\".")
        }
        return names
    }
}

/// The library's version, as in `inwise.h`.
package let inwiseVersion = "0.1.0"
