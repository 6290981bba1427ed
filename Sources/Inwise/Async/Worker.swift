// SPDX-License-Identifier: MIT
#if Async

internal import Glibc

/// Makes a client's awaited calls, one after the other, on a thread of its own: calls block, and no thread of Swift's cooperative
/// pool may. The thread lives as long as there are calls.
final class Worker: @unchecked Sendable {  // all state is guarded by `mutex`
    /// A call that somebody awaits.
    final class Job: @unchecked Sendable {  // guarded by the worker's mutex
        fileprivate enum State { case new, waiting, running, over }
        fileprivate var state = State.new
        fileprivate var run: () -> Void = {}
        fileprivate var fail: (InwiseError) -> Void = { _ in }
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var waiting: [Job] = []
    private var hasThread = false

    init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Whether nothing is being done.
    var isIdle: Bool { locked { !hasThread } }

    /// Has the job done when its turn comes.
    ///
    /// - Parameters:
    ///   - run: makes the call; on the worker's thread.
    ///   - fail: says that it won't be made. One of the two is called, once.
    func submit(_ job: Job, run: @escaping () -> Void, fail: @escaping (InwiseError) -> Void) {
        let (isCancelled, needsThread) = locked {
            guard job.state == .new else { return (true, false) }
            job.state = .waiting
            job.run = run
            job.fail = fail
            waiting.append(job)
            defer { hasThread = true }
            return (false, !hasThread)
        }
        if isCancelled { fail(.cancelledCall) }
        if needsThread, !startThread() {
            let stranded = locked {
                defer { (waiting, hasThread) = ([], false) }
                for job in waiting { job.state = .over }
                return waiting
            }
            for job in stranded { job.fail(InwiseError(.memory, "The system gives no thread to wait on.")) }
        }
    }

    /// Cancels a job before its turn, or before it is submitted.
    ///
    /// - Returns: whether it is being done now, and its call must be cancelled.
    func cancel(_ job: Job) -> Bool {
        let (isRunning, wasWaiting) = locked {
            let state = job.state
            guard state == .new || state == .waiting else { return (state == .running, false) }
            job.state = .over
            waiting.removeAll { $0 === job }
            return (false, state == .waiting)
        }
        if wasWaiting { job.fail(.cancelledCall) }
        return isRunning
    }

    private func startThread() -> Bool {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // A host's signals are its own threads' affair.
        var all = sigset_t(), before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let worker = Unmanaged.passRetained(self)
        let failure = pthread_create(&thread, &attributes, { worker in
            guard let worker else { return nil }
            Unmanaged<Worker>.fromOpaque(worker).takeRetainedValue().work()
            return nil
        }, worker.toOpaque())
        if failure != 0 { worker.release() }
        return failure == 0
    }

    private func work() {
        while let job = next() {
            job.run()
            locked { job.state = .over }
        }
    }

    private func next() -> Job? {
        locked {
            guard !waiting.isEmpty else {
                hasThread = false
                return nil
            }
            let job = waiting.removeFirst()
            job.state = .running
            return job
        }
    }
}

#endif
