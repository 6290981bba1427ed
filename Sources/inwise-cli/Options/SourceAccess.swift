// SPDX-License-Identifier: MIT

internal import Inwise

/// What a command does to a source, if that is a mirror's file; to others it makes no difference.
enum SourceAccess {
    /// It asks: the file must be there, and stays as it is.
    case reading
    /// It also writes, but a file that isn't there was mistyped.
    case writing
    /// It writes, and makes the file.
    case making

    /// Opens a source.
    ///
    /// - Parameter name: what the user calls it; nil for its URL.
    func open(_ url: String, named name: String? = nil, _ options: [(name: String, value: JSON)]) throws(InwiseError) -> InwiseClient {
        let isSettled = options.contains { $0.name == Self.readOnly.name }
        guard Self.isMirror(url), !isSettled, self != .making else { return try InwiseClient(url, options: options) }
        let reader: InwiseClient
        do {
            reader = try InwiseClient(url, options: options + [Self.readOnly])
        } catch {
            throw Self.told(error, of: name ?? url)
        }
        guard self == .writing else { return reader }
        // It is there, and a mirror.
        reader.close()
        return try InwiseClient(url, options: options)
    }

    /// An error as it helps those who did not ask for `read_only`.
    private static func told(_ error: InwiseError, of name: String) -> InwiseError {
        guard error.parameter == readOnly.name else { return error }
        var error = error
        error.message = "There is no mirror at \(name), or only one of an earlier release. Sync into it with \"inwise sync\" first, or give another path."
        error.parameter = nil
        return error
    }

    private static let readOnly: (name: String, value: JSON) = ("read_only", .bool(true))

    static func isMirror(_ url: String) -> Bool { url.prefix { $0 != ":" }.lowercased() == "file" && url.contains(":") }
}
