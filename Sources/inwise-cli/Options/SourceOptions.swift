// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

/// Which source to ask, and how.
struct SourceOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "The service, a mirror such as file:account.db, or a sandbox such as 'sandbox:?seed=7'. (default: INWISE_URL, or \(SourceOptions.service))"))
    var url: String?

    @Option(help: ArgumentHelp("A file that holds the API key and nothing else. (default: INWISE_API_KEY)", valueName: "file"))
    var apiKeyFile: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("How long one page may take, its retries included. (default: 30)", valueName: "seconds"))
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
        let url = self.url ?? Environment.text("INWISE_URL") ?? Self.service
        var options: [(name: String, value: JSON)] = []
        if let key = try Secret.read("key", file: apiKeyFile, environment: "INWISE_API_KEY") { options.append(("api_key", .string(key))) }
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

    private static func json(_ value: String, for key: String) throws(Failure) -> JSON {
        let members = try? JSON.object(parsing: "{\"value\":\(value)}", as: "options")
        guard let members, members.count == 1 else {
            throw Failure(.usage, "The value of --option \(key) is not JSON. A text needs quotes of its own: --option '\(key)=\"…\"'.")
        }
        return members[0].value
    }
}
