// SPDX-License-Identifier: MIT

internal import Glibc

/// A mirror's URL: `file:` and a path, percent-encoded where it must be.
enum FileURL {
    /// The path that a URL names, made absolute: SQLite takes none of these for a URI of its own, nor for `:memory:`.
    ///
    /// - Throws: `.argument` for `url`.
    static func path(of url: String) throws(InwiseError) -> String {
        guard url.prefix(while: { $0 != ":" }).lowercased() == "file", let colon = url.firstIndex(of: ":") else {
            throw .argument("url", "A mirror's URL is \"file:\" and a path, as \"file:/var/lib/inwise/mirror.db\".")
        }
        let encoded = try withoutHost(url[url.index(after: colon)...])
        for (mark, escape) in [("?", "%3F"), ("#", "%23")] where encoded.contains(mark) {
            throw .argument("url", "A mirror's URL has nothing behind the path: a \"\(mark)\" of the path itself is written \(escape), and options are given as options.")
        }
        guard let path = PercentDecoding.text(encoded, form: false) else {
            throw .argument("url", "The path of a mirror's URL can't be decoded: a % in it is written %25, it is UTF-8, and it has no NUL.")
        }
        guard !path.isEmpty, !path.hasSuffix("/") else {
            throw .argument("url", "A mirror's URL names a file, as \"file:/var/lib/inwise/mirror.db\"; \"\(url)\" does not.")
        }
        return path.hasPrefix("/") ? path : try folderHere() + "/" + path
    }

    /// What follows `//` and a host, which can only be this machine; all of it where there is no `//`.
    private static func withoutHost(_ rest: Substring) throws(InwiseError) -> Substring {
        guard rest.hasPrefix("//") else { return rest }
        let host = rest.dropFirst(2).prefix { $0 != "/" }
        guard host.isEmpty || host.lowercased() == "localhost" else {
            throw .argument("url", "A mirror lies on this machine: write \"file:/path\" or \"file:///path\", without the host \"\(host)\".")
        }
        return rest.dropFirst(2 + host.count)
    }

    private static func folderHere() throws(InwiseError) -> String {
        guard let here = getcwd(nil, 0) else {
            throw .argument("url", "A relative path can't be opened: the folder that the process is in is gone or can't be read. Give an absolute path.")
        }
        defer { free(here) }
        return String(cString: here)
    }
}
