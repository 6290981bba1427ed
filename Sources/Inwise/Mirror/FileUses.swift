// SPDX-License-Identifier: MIT

internal import Glibc

/// The uses of database files in this process, between which alone it may fork.
///
/// SQLite counts in memory which locks of a file the process has, while the locks are the kernel's and stay with the
/// parent: a forked child that opened a file which its parent has open would believe in locks that it hasn't got. So
/// the child first closes what it inherited, which leaves the counts at nothing; it touches neither the parent's locks
/// nor the file. And that is sound only if no connection was at work at that moment: `fork` waits for its end.
///
/// A use must not call the host, which may be waiting for the fork: nothing of its own lock is held by who waits here.
enum FileUses {
    /// Which file it is, however it is called.
    struct File: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    /// A connection of this process, or one inherited until it is closed.
    private struct Connection {
        let file: File
        let pointer: OpaquePointer
        let close: (OpaquePointer) -> Void
    }

    /// How long `fork` waits. Then it goes on, and the child can't open the files that were open.
    private static let patienceSeconds = 10.0

    private nonisolated(unsafe) static let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) static let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// How many uses the thread is inside, nested ones too.
    private static let depthKey: pthread_key_t = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : pthread_key_t.max
    }()

    // All that follows is guarded by `mutex`, which a thread that forks holds across it.

    private nonisolated(unsafe) static var connections: [Connection] = []
    /// Files that a connection was using when the process forked: this process can't open them.
    private nonisolated(unsafe) static var lost: [File] = []
    private nonisolated(unsafe) static var uses = 0
    /// Threads that fork, or wait to: no use begins meanwhile, except within another.
    private nonisolated(unsafe) static var forks = 0
    /// The fork that is under way has found connections at work.
    private nonisolated(unsafe) static var isHasty = false
    /// In a child: its parent's connections are still there, and whether they may be closed.
    private nonisolated(unsafe) static var hasInherited = false
    private nonisolated(unsafe) static var hasInheritedHastily = false

    /// Counts the forks between the process that first opened a file and this one: a connection of another
    /// generation is not to be used. Changes only while no other thread is there.
    private(set) nonisolated(unsafe) static var generation: UInt32 = 0

    // MARK: Uses

    /// Waits for a fork that is under way. Followed by one `leave`, on the same thread.
    static func enter() {
        let depth = self.depth
        pthread_mutex_lock(mutex)
        // Within a use of its own a thread doesn't wait for who waits for its end.
        while depth == 0, forks > 0 { pthread_cond_wait(changed, mutex) }
        if hasInherited { clearInherited() }
        uses += 1
        pthread_mutex_unlock(mutex)
        self.depth = depth + 1
    }

    static func leave() {
        depth = max(depth - 1, 0)
        pthread_mutex_lock(mutex)
        uses -= 1
        if uses == 0, forks > 0 { pthread_cond_broadcast(changed) }
        pthread_mutex_unlock(mutex)
    }

    private static var depth: Int {
        get { Int(bitPattern: pthread_getspecific(depthKey)) }
        set { pthread_setspecific(depthKey, UnsafeRawPointer(bitPattern: newValue)) }
    }

    // MARK: Connections

    /// Takes note of a new connection, inside a use; false if this process can't have one to this file.
    ///
    /// - Parameter close: closes it in a child that has inherited it.
    static func add(_ connection: OpaquePointer, _ file: File, close: @escaping (OpaquePointer) -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !lost.contains(file) else { return false }
        connections.append(Connection(file: file, pointer: connection, close: close))
        return true
    }

    /// Inside the use that closes it.
    static func remove(_ connection: OpaquePointer) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        connections.removeAll { $0.pointer == connection }
    }

    // MARK: Fork

    /// Sets the fork handlers, once for the process. Any thread.
    static func arm() { _ = isArmed }

    private static let isArmed: Bool = {
        // What is registered last is asked first: a use that is waited for may need these others.
        ForkLock.withLock {}
        SQLiteForkGuard.arm()
        _ = depthKey
        makeLock()
        return pthread_atfork({ FileUses.willFork() }, { FileUses.didFork() }, { FileUses.wasForked() }) == 0
    }()

    private static func makeLock() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    private static func willFork() {
        pthread_mutex_lock(mutex)
        forks += 1
        // Who forks inside a use would wait for itself.
        if depth == 0 {
            let end = Instant.now.adding(seconds: patienceSeconds)
            var time = timespec(tv_sec: Int(end.nanoseconds / 1_000_000_000), tv_nsec: Int(end.nanoseconds % 1_000_000_000))
            while uses > 0, pthread_cond_timedwait(changed, mutex, &time) == 0 {}
        }
        isHasty = uses > 0
    }

    private static func didFork() {
        forks -= 1
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// In the child, of which most never open a file: it only notes what there is to do.
    private static func wasForked() {
        generation &+= 1
        hasInherited = true
        hasInheritedHastily = hasInheritedHastily || isHasty
        uses = 0
        forks = 0
        depth = 0
        makeLock()
    }

    /// Closes what the child inherited, or gives it up.
    private static func clearInherited() {
        hasInherited = false
        let inherited = connections
        connections = []
        if hasInheritedHastily {
            hasInheritedHastily = false
            lost += inherited.map(\.file)
        } else {
            for connection in inherited { connection.close(connection.pointer) }
        }
    }
}

extension FileUses.File {
    init?(_ path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        self.init(device: found.st_dev, inode: found.st_ino)
    }
}
