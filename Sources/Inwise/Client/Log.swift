// SPDX-License-Identifier: MIT

/// How grave a log line is, numbered as in `inwise.h`.
public enum LogLevel: Int32, Sendable, Comparable {
    /// What a person must see to.
    case error = 1
    /// Retries, and pages that had to be read again.
    case warning
    /// What was noticed of the service: first page, page size, order.
    case info
    /// Each request and answer: path, status, bytes, milliseconds.
    case debug

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// A client's log: lines go to the host's function on the thread of the call.
final class Log: @unchecked Sendable {  // guarded by ForkLock
    private var sink: (level: LogLevel, write: @Sendable (LogLevel, String) -> Void)?

    func set(_ level: LogLevel, _ write: (@Sendable (LogLevel, String) -> Void)?) {
        ForkLock.withLock { sink = write.map { (level, $0) } }
    }

    /// Writes a line if somebody listens at this level; the line is not made otherwise. It must not name the key.
    func write(_ level: LogLevel, _ line: () -> String) {
        guard let sink = ForkLock.withLock({ sink }), level <= sink.level else { return }
        sink.write(level, line())
    }
}
