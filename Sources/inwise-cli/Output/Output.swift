// SPDX-License-Identifier: MIT

internal import Glibc

/// Standard output, gathered and written in large pieces.
final class Output {
    static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Columns of the terminal; nil if there is none.
    static var width: Int? { isTerminal ? TerminalWidth.of(STDOUT_FILENO) : nil }

    private var bytes: [UInt8] = []

    func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    func append<Bytes: Sequence<UInt8>>(_ more: Bytes) { bytes.append(contentsOf: more) }

    /// A JSON value on one line; on a terminal with what could steer it written as escapes, which mean the same.
    func append(_ text: JSONText, _ value: Range<Int>) {
        let start = bytes.count
        text.appendCompact(value, to: &bytes)
        if Self.isTerminal { TerminalText.escape(&bytes, from: start) }
    }

    /// Throws before rows are consumed for a reader who has gone.
    func checkReader() throws(Failure) {
        var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        if poll(&descriptor, 1, 0) == 1, descriptor.revents & Int16(POLLERR) != 0 { throw .readerGone }
    }

    func flush() throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress.map { $0 + written }, $0.count - written) }
            if count < 0 {
                switch errno {
                case EINTR: continue
                case EAGAIN: wait()
                default: throw Self.failure(errno)
                }
            } else {
                written += count
            }
        }
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes what is left, and learns of errors that only show now.
    func finish() throws(Failure) {
        try flush()
        if close(dup(STDOUT_FILENO)) != 0 { throw Self.failure(errno) }
    }

    /// Waits for a pipe that somebody has made non-blocking.
    private func wait() {
        var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&descriptor, 1, -1)
    }

    private static func failure(_ number: Int32) -> Failure {
        number == EPIPE ? .readerGone : Failure(.output, "Can't write the output: \(String(cString: strerror(number))).")
    }
}
