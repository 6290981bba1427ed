// SPDX-License-Identifier: MIT

internal import Glibc

/// What was given by the environment.
enum Environment {
    /// Nil for an empty one as well.
    static func text(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}

/// What does not belong on the command line, which every user of the machine can read.
enum Secret {
    /// A file's content without the line end that editors leave; a file that is named goes before the environment.
    ///
    /// - Parameter what: it is.
    static func read(_ what: String, file path: String?, environment: String) throws(Failure) -> String? {
        guard let path else { return Environment.text(environment) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var length = 0
        while file >= 0, length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + length }, $0.count - length) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(.noInput, "Can't read the \(what) from \(path): \(String(cString: strerror(errno))).") }
            if count == 0 { break }
            length += count
        }
        guard file >= 0 else { throw Failure(.noInput, "Can't open \(path) for the \(what): \(String(cString: strerror(errno))).") }
        let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        let secret = bytes[..<length].drop { blanks.contains($0) }
        guard let last = secret.lastIndex(where: { !blanks.contains($0) }), length < bytes.count else {
            throw Failure(.noInput, "\(path) holds no \(what): it must hold the \(what) and nothing else.")
        }
        return String(decoding: secret[...last], as: UTF8.self)
    }
}
