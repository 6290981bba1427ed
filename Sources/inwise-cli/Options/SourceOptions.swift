// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Glibc
internal import Inwise

/// Which source to ask, and how.
struct SourceOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "The service, a mirror such as file:account.db, or a sandbox such as 'sandbox:?seed=7'. (default: INWISE_URL, or \(SourceOptions.service))"))
    var url: String?

    @Option(help: ArgumentHelp("A file that holds the API key and nothing else. (default: INWISE_API_KEY)", valueName: "file"))
    var apiKeyFile: String?

    @Option(help: ArgumentHelp("How long one page may take, its retries included. (default: 30)", valueName: "seconds"))
    var timeout: Double?

    @Option(help: ArgumentHelp(
        "Any other option of inwise_open, for example --option max_retries=0 or --option 'proxy=\"http://127.0.0.1:3128\"'. Repeatable.",
        valueName: "key=json"))
    var option: [String] = []

    static let service = "https://api.inwise.com/rest/v1"

    /// Opens the source.
    ///
    /// - Parameters:
    ///   - inFlight: how many pages are asked for at once; nil for the library's own choice.
    ///   - access: what is done to it, if it is a mirror.
    func open(inFlight: Int? = nil, _ access: SourceAccess = .reading) throws -> InwiseClient {
        let url = self.url ?? Self.environment("INWISE_URL") ?? Self.service
        var options: [(name: String, value: JSON)] = []
        if let key = try apiKey() { options.append(("api_key", .string(key))) }
        if let timeout { options.append(("timeout_seconds", .real(timeout))) }
        if let inFlight { options.append(("pages_in_flight", .integer(Int64(inFlight)))) }
        for text in option {
            let (key, value) = try NamedText.pair(text, of: "--option", form: "key=json")
            if key == "api_key" {
                throw Failure(
                    .usage,
                    "The key does not belong on the command line, which every user of this machine can read. Use INWISE_API_KEY or --api-key-file.")
            }
            guard !options.contains(where: { $0.name == key }) else {
                throw Failure(.usage, "\"\(key)\" is given twice, by --option and by another option.")
            }
            options.append((key, try Self.json(value, for: key)))
        }
        do {
            return try access.open(url, options)
        } catch {
            throw Failure(error)
        }
    }

    // MARK: Reading

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    private static func json(_ value: String, for key: String) throws(Failure) -> JSON {
        let members = try? JSON.object(parsing: "{\"value\":\(value)}", as: "options")
        guard let members, members.count == 1 else {
            throw Failure(.usage, "The value of --option \(key) is not JSON. A text needs quotes of its own: --option '\(key)=\"…\"'.")
        }
        return members[0].value
    }

    /// The key, without the line end that editors leave; a file that is named goes before the environment.
    private func apiKey() throws(Failure) -> String? {
        guard let path = apiKeyFile else { return Self.environment("INWISE_API_KEY") }
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var length = 0
        while file >= 0, length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + length }, $0.count - length) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(.noInput, "Can't read the key from \(path): \(String(cString: strerror(errno))).") }
            if count == 0 { break }
            length += count
        }
        guard file >= 0 else { throw Failure(.noInput, "Can't open \(path) for the key: \(String(cString: strerror(errno))).") }
        let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        let key = bytes[..<length].drop { blanks.contains($0) }
        guard let last = key.lastIndex(where: { !blanks.contains($0) }), length < bytes.count else {
            throw Failure(.noInput, "\(path) holds no key: it must hold the key and nothing else.")
        }
        return String(decoding: key[...last], as: UTF8.self)
    }
}
