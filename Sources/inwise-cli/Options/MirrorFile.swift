// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

/// The mirror that a command keeps.
struct MirrorFile: ExpressibleByArgument {
    /// A path, or a `file:` URL; as it was given.
    let name: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        name = argument
    }

    /// Opens it.
    ///
    /// - Parameter timeout: how long to wait, in seconds, for another process that writes it.
    func open(_ access: SourceAccess, timeout: Double = patience) throws(Failure) -> InwiseClient {
        do {
            return try access.open(url, named: name, [("timeout_seconds", .real(timeout))])
        } catch {
            // The hint would name --url, which is another source.
            var error = error
            error.parameter = nil
            throw Failure(error)
        }
    }

    /// Steps of a sync or a receiver take less.
    static let patience = 60.0

    /// A path as a URL has it; what is a URL already stays one.
    private var url: String {
        guard !SourceAccess.isMirror(name) else { return name }
        // Two slashes would begin a host's name.
        let slashes = name.prefix { $0 == "/" }
        let path = slashes.count > 1 ? name.dropFirst(slashes.count - 1) : name[...]
        return "file:" + String(path).percentEncoded(keeping: "/")
    }
}
