// SPDX-License-Identifier: MIT

internal import Glibc
internal import Inwise
internal import Synchronization

/// Turns Ctrl-C into the end of clients' calls, from a thread of its own: `cancel` is not for signal handlers.
final class InterruptWatch: Sendable {
    /// How a command wants to be ended.
    struct Manner: Sendable {
        var signals: [Int32]
        /// How long it has to end by itself before its calls are cancelled; a second signal cuts this short.
        var graceSeconds: Double
        /// How long it has then.
        var patienceSeconds: Double
        /// What is said if it is stuck all the same.
        var farewell: String?

        /// Each page is for itself.
        static let walk = Manner(signals: [SIGINT], graceSeconds: 0, patienceSeconds: 1)
        /// A step that is brought to its end need not be done again, and an answer that arrives is no gap.
        static let sync = Manner(
            signals: [SIGINT, SIGTERM], graceSeconds: 3, patienceSeconds: 10,
            farewell: "Ended in the middle of a step. What was stored before is kept; the next run goes on from there.")
    }

    private let clients: Mutex<[InwiseClient]>
    private let manner: Manner
    /// The signals of these that are heeded.
    private let signals: [Int32]
    private let caught = Atomic<Int32>(0)
    /// Wakes whoever pauses: a pipe, or -1.
    private let waking: (read: Int32, write: Int32)

    /// Begins to watch, once in a process, and until it ends. A job in the background of a script, which the shell
    /// has told to ignore Ctrl-C, goes on ignoring it.
    init(_ clients: [InwiseClient], _ manner: Manner = .walk) {
        self.clients = Mutex(clients)
        self.manner = manner
        signals = manner.signals.filter { !Signals.isIgnored($0) }
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        waking = (ends[0], ends[1])
        guard !signals.isEmpty else { return }
        Signals.block(signals)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let outcome = pthread_create(&thread, nil, { context in
            if let context { Unmanaged<InterruptWatch>.fromOpaque(context).takeRetainedValue().watch() }
            return nil
        }, context.toOpaque())
        guard outcome == 0 else {
            context.release()
            return
        }
        pthread_detach(thread)
    }

    /// Keeps no client any longer: a mirror's file is closed when the last reference to its client is gone.
    func letGo() { clients.withLock { $0 = [] } }

    /// What to end with, once a signal has come.
    var status: ExitStatus? {
        switch caught.load(ordering: .relaxed) {
        case 0: nil
        case SIGTERM: .terminated
        default: .interrupted
        }
    }

    /// Ends the command if Ctrl-C came between two calls.
    func check() throws(Failure) {
        if let status { throw Failure(status, nil) }
    }

    /// Does nothing for a while, or until a signal comes.
    func pause(seconds: Double) {
        let end = Instant.now.adding(seconds: seconds)
        while status == nil {
            let left = end.seconds(since: .now)
            guard left > 0 else { return }
            var descriptor = pollfd(fd: waking.read, events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, Int32(min((left * 1000).rounded(.up), 1e9)))
        }
    }

    private func watch() {
        caught.store(Signals.wait(for: signals), ordering: .relaxed)
        write(waking.write, "!", 1)
        if manner.graceSeconds > 0 { Signals.wait(for: signals, seconds: manner.graceSeconds) }
        // Again and again: the command may just have been about to begin a call.
        let end = Instant.now.adding(seconds: manner.patienceSeconds)
        while Instant.now < end {
            for client in clients.withLock({ $0 }) { client.cancel() }
            usleep(20_000)
        }
        // It is stuck elsewhere, for example in a pipe that nobody reads.
        if let farewell = manner.farewell { StandardError.line(farewell) }
        _exit((status ?? .interrupted).rawValue)
    }
}

/// Signals that are waited for instead of handled.
enum Signals {
    /// Keeps them from this thread and those that it makes.
    static func block(_ signals: [Int32]) { _ = withSet(signals) { pthread_sigmask(SIG_BLOCK, $0, nil) } }

    /// Waits for one of them, which must be blocked.
    static func wait(for signals: [Int32]) -> Int32 {
        withSet(signals) { set in
            var caught: Int32 = 0
            while sigwait(set, &caught) == EINTR {}
            return caught
        }
    }

    /// Waits for one of them, but not for ever; says whether one came.
    @discardableResult
    static func wait(for signals: [Int32], seconds: Double) -> Bool {
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        return withSet(signals) { sigtimedwait($0, nil, &time) } > 0
    }

    /// Whether who started this process has told it to ignore a signal.
    static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignored
    }

    private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)

    private static func withSet<Value>(_ signals: [Int32], _ body: (UnsafePointer<sigset_t>) -> Value) -> Value {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return body(&set)
    }
}
