// SPDX-License-Identifier: MIT

internal import Glibc
internal import Inwise

/// A lock, and a sleep under it until another thread says that something has changed.
final class Monitor: @unchecked Sendable {  // the two are made for several threads
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
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

    func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Sleeps until `wake`, or until then; also for no reason. Under the lock, which others may take meanwhile.
    func wait(until end: Instant) {
        var time = timespec(tv_sec: Int(end.nanoseconds / 1_000_000_000), tv_nsec: Int(end.nanoseconds % 1_000_000_000))
        pthread_cond_timedwait(changed, mutex, &time)
    }

    /// Wakes those who sleep.
    func wake() { pthread_cond_broadcast(changed) }
}
