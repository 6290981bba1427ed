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
    func open(_ url: String, _ options: [(name: String, value: JSON)]) throws(InwiseError) -> InwiseClient {
        let isSettled = options.contains { $0.name == Self.readOnly.name }
        guard Self.isMirror(url), !isSettled, self != .making else { return try InwiseClient(url, options: options) }
        let reader = try InwiseClient(url, options: options + [Self.readOnly])
        guard self == .writing else { return reader }
        // It is there, and a mirror.
        reader.close()
        return try InwiseClient(url, options: options)
    }

    private static let readOnly: (name: String, value: JSON) = ("read_only", .bool(true))

    static func isMirror(_ url: String) -> Bool { url.prefix { $0 != ":" }.lowercased() == "file" && url.contains(":") }
}
