// SPDX-License-Identifier: MIT

internal import Glibc

/// Lets one call at a time into a client, and lets any thread cancel the calls that are inside or wait.
///
/// Every wait ends at the call's deadline or at `cancel`, whichever is first; there is no thread and no signal.
final class Gate: @unchecked Sendable {  // all state is guarded by `mutex`
    /// A call's place: what it was called under, to notice that it has been cancelled since.
    struct Ticket {
        fileprivate let epoch: UInt64
        fileprivate let cancellation: Cancellation?
    }

    /// By which one call can be cancelled and no other; also before it takes its ticket.
    final class Cancellation: @unchecked Sendable {  // guarded by the gate's mutex
        fileprivate var isSet = false
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var epoch: UInt64 = 0
    /// The thread of the call that is inside.
    private var inside: pthread_t?
    private var isClosed = false

    init() {
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Takes a ticket: from here on `cancel` reaches the call.
    func ticket(_ cancellation: Cancellation? = nil) -> Ticket { locked { Ticket(epoch: epoch, cancellation: cancellation) } }

    func isCancelled(_ ticket: Ticket) -> Bool { locked { isVoid(ticket) } }

    /// With `mutex` held.
    private func isVoid(_ ticket: Ticket) -> Bool { epoch != ticket.epoch || ticket.cancellation?.isSet == true }

    /// Ends every call that holds a ticket.
    func cancel() {
        locked {
            epoch &+= 1
            _ = pthread_cond_broadcast(changed)
        }
    }

    /// Ends the call that was given this.
    func cancel(_ cancellation: Cancellation) {
        locked {
            cancellation.isSet = true
            _ = pthread_cond_broadcast(changed)
        }
    }

    /// Cancels, lets nobody in any more, and waits until nobody is inside; unless it is the thread inside that closes, from the log
    /// function of its call, which ends when that returns.
    ///
    /// - Parameter wake: reaches a call that waits elsewhere than here.
    func close(_ wake: () -> Void) {
        locked { isClosed = true }
        cancel()
        wake()
        locked {
            while isElsewhere(inside) { pthread_cond_wait(changed, mutex) }
        }
    }

    /// Waits until the call may go in. Every successful `enter` is followed by one `leave`.
    func enter(_ ticket: Ticket, until deadline: Instant) throws(InwiseError) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if isClosed { throw .closedHandle("client") }
            if isVoid(ticket) { throw .cancelledCall }
            guard inside != nil else { break }
            guard isElsewhere(inside) else {
                throw .argument(nil, "The log function called the client whose line it is given, whose call waits for it. Of that client it may use only what doesn't wait for a turn: cancel, close, set_log.")
            }
            guard wait(until: deadline) else {
                throw InwiseError(.timeout, "The time for the call ran out while it waited for another call on the same client. Use a client for each thread, or raise \"timeout_seconds\".")
            }
        }
        inside = pthread_self()
    }

    /// Whether a call is inside, and on another thread than this one.
    private func isElsewhere(_ thread: pthread_t?) -> Bool {
        guard let thread else { return false }
        return pthread_equal(thread, pthread_self()) == 0
    }

    /// Goes in if nobody is inside, also when it is closed; true is followed by one `leave`.
    func tryEnter() -> Bool {
        locked {
            guard inside == nil else { return false }
            inside = pthread_self()
            return true
        }
    }

    func leave() {
        locked {
            inside = nil
            _ = pthread_cond_broadcast(changed)
        }
    }

    /// Sleeps, unless the call is cancelled meanwhile.
    func sleep(_ ticket: Ticket, until wake: Instant) throws(InwiseError) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        repeat {
            if isVoid(ticket) { throw .cancelledCall }
        } while wait(until: wake)
    }

    /// Waits for a change; false once the time has come.
    private func wait(until deadline: Instant) -> Bool {
        guard Instant.now < deadline else { return false }
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        pthread_cond_timedwait(changed, mutex, &time)
        return true
    }
}

extension InwiseError {
    static var cancelledCall: InwiseError { InwiseError(.cancelled, "The call was cancelled.") }

    package static func closedHandle(_ what: String) -> InwiseError {
        InwiseError(.closed, "The \(what) is closed, or was never opened. Open one and use the handle that this gives.")
    }
}
