// SPDX-License-Identifier: MIT

internal import Glibc

/// The one lock that survives `fork`: it is held across it, so that a child never finds it taken by a thread
/// that it doesn't have. What it guards must be short and must not call out.
package enum ForkLock {
    /// A mutex at a fixed address, its fork handlers set with it.
    private nonisolated(unsafe) static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_atfork({ ForkLock.lock() }, { ForkLock.unlock() }, { ForkLock.unlock() })
        return mutex
    }()

    private static func lock() { pthread_mutex_lock(mutex) }
    private static func unlock() { pthread_mutex_unlock(mutex) }

    package static func withLock<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        lock()
        defer { unlock() }
        return try body()
    }
}

/// A value that belongs to one process: a forked child finds a fresh one in its place.
///
/// The parent's value is never released in the child: closing its connections there would end the parent's.
final class ProcessLocal<Value: AnyObject & Sendable>: @unchecked Sendable {  // guarded by ForkLock
    private var value: Value
    private var process: pid_t
    private let make: @Sendable () -> Value

    /// - Parameter make: makes a value; must be quick and do no I/O.
    init(_ make: @escaping @Sendable () -> Value) {
        self.make = make
        value = make()
        process = getpid()
    }

    var current: Value {
        ForkLock.withLock {
            let here = getpid()
            if here != process {
                _ = Unmanaged.passRetained(value)
                value = make()
                process = here
            }
            return value
        }
    }
}
