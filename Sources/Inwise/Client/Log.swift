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
final class Log: @unchecked Sendable {  // `sink` is guarded by ForkLock
    private var sink: (level: LogLevel, write: @Sendable (LogLevel, String) -> Void)?
    /// Held while the host's function runs, so that it has returned when another is set. A forked child has its own.
    private let turn = ProcessLocal { RecursiveLock() }

    /// Waits for a line that is being written on another thread; the host's function may set another one itself.
    func set(_ level: LogLevel, _ write: (@Sendable (LogLevel, String) -> Void)?) {
        // What went before is let go of outside: its end may do anything.
        let before = turn.current.withLock {
            ForkLock.withLock {
                defer { sink = write.map { (level, $0) } }
                return sink
            }
        }
        withExtendedLifetime(before) {}
    }

    /// Writes a line if somebody listens at this level; the line is not made otherwise. It must not name the key.
    func write(_ level: LogLevel, _ line: () -> String) {
        turn.current.withLock {
            guard let sink = ForkLock.withLock({ sink }), level <= sink.level else { return }
            sink.write(level, line())
        }
    }
}
