// SPDX-License-Identifier: MIT

internal import Glibc

/// A thread that does one thing and ends, which is waited for.
struct WorkerThread: @unchecked Sendable {  // a number, never changed
    private let thread: pthread_t

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// - Parameter body: must end by itself.
    init(_ body: @escaping @Sendable () -> Void) throws(Failure) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let outcome = pthread_create(&thread, nil, { work in
            if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
            return nil
        }, work.toOpaque())
        guard outcome == 0 else {
            work.release()
            throw Failure(.unavailable, "Can't begin a thread: \(String(cString: strerror(outcome))).")
        }
        self.thread = thread
    }

    /// Waits for its end. Once.
    func join() { pthread_join(thread, nil) }
}
