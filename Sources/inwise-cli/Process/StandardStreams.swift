// SPDX-License-Identifier: MIT

internal import Glibc

/// What has to be settled before anything is read, written or opened.
enum StandardStreams {
    static func prepare() {
        // A reader that goes away is an error of the write, not the end of a sandbox with many clients.
        signal(SIGPIPE, SIG_IGN)
        // Nor is a file that may not grow: it is a disk that is full.
        signal(SIGXFSZ, SIG_IGN)
        // A stream that was closed must not become a socket or a database: it becomes a file that refuses.
        for stream in Int32(0)...2 where fcntl(stream, F_GETFD) == -1 {
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// Lines for the person at the terminal. What can't be written is nobody's loss.
enum StandardError {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Columns of the terminal.
    static var width: Int { TerminalWidth.of(STDERR_FILENO) }

    /// One line, after the command's name; it may quote a service, so control characters are made visible.
    static func line(_ message: String) { text("inwise: \(TerminalText(message).text)\n") }

    /// Text as it is.
    static func text(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(STDERR_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
