// SPDX-License-Identifier: MIT

internal import Glibc
internal import Inwise
internal import Synchronization

/// Turns Ctrl-C into the end of a client's calls, from a thread of its own: `cancel` is not for signal handlers.
final class InterruptWatch: Sendable {
    private let client: InwiseClient
    private let caught = Atomic(false)

    /// Begins to watch, once in a process, and until it ends. A job in the background of a script, which the shell
    /// has told to ignore Ctrl-C, goes on ignoring it.
    init(_ client: InwiseClient) {
        self.client = client
        var action = sigaction()
        sigaction(SIGINT, nil, &action)
        if unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == Self.ignored { return }
        Signals.block(SIGINT)
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

    private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)

    /// Ends the command if Ctrl-C came between two calls.
    func check() throws(Failure) {
        if caught.load(ordering: .relaxed) { throw .interrupted }
    }

    private func watch() {
        _ = Signals.wait(for: SIGINT)
        caught.store(true, ordering: .relaxed)
        // Again and again: the command may just have been about to begin a call.
        for _ in 0..<50 {
            client.cancel()
            usleep(20_000)
        }
        // It is stuck elsewhere, for example in a pipe that nobody reads.
        _exit(ExitStatus.interrupted.rawValue)
    }
}

/// Signals that are waited for instead of handled.
enum Signals {
    /// Keeps them from this thread and those that it makes.
    static func block(_ signals: Int32...) { _ = withSet(signals) { pthread_sigmask(SIG_BLOCK, $0, nil) } }

    /// Waits for one of them, which must be blocked.
    static func wait(for signals: Int32...) -> Int32 {
        withSet(signals) { set in
            var caught: Int32 = 0
            while sigwait(set, &caught) == EINTR {}
            return caught
        }
    }

    private static func withSet<Value>(_ signals: [Int32], _ body: (UnsafePointer<sigset_t>) -> Value) -> Value {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return body(&set)
    }
}
