// SPDX-License-Identifier: MIT

import Glibc

@testable import Inwise

/// A process forked from this one. It may only do what has been done here before: the Swift runtime has locks of its own,
/// which another thread may have held at that moment.
struct Child {
    private static let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> pid_t).self)

    let process: pid_t

    /// - Parameter body: gives the child's exit status; 99 stands for an error that it throws.
    init(_ body: () throws -> Int32) {
        process = Self.fork()
        guard process == 0 else { return }
        // One that hangs ends, and the test fails.
        alarm(60)
        do { _exit(try body()) } catch {
            let words = "child: \(error)\n"
            write(2, words, words.utf8.count)
            _exit(99)
        }
    }

    /// Waits for its end: its exit status, or the negative number of the signal that ended it.
    func status() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    }
}

/// A POSIX thread, which Swift's own concurrency knows nothing of.
final class Thread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private var thread = pthread_t()

    init(_ run: @escaping () -> Void) {
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        pthread_create(&thread, nil, { argument in
            if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        }, body)
    }

    func join() { pthread_join(thread, nil) }
}

/// Tells another thread something once.
final class Signal: @unchecked Sendable {  // guarded by ForkLock
    private var value = false
    var isGiven: Bool { ForkLock.withLock { value } }
    func give() { ForkLock.withLock { value = true } }
}

/// Whether the kernel knows of this process's lock on the file which says that it is in use.
func holdsSharedLock(_ path: String) -> Bool {
    var found = stat()
    stat(path, &found)
    let locks = String(decoding: TemporaryFolder.read("/proc/locks"), as: UTF8.self)
    return locks.split(separator: "\n").contains { line in
        let fields = line.split(separator: " ")
        // The 510 bytes behind the first gigabyte, less the two before them.
        return fields.count >= 8 && fields[1] == "POSIX" && fields[3] == "READ" && fields[4] == "\(getpid())"
            && fields[5].hasSuffix(":\(found.st_ino)") && fields[6] == "1073741826" && fields[7] == "1073742335"
    }
}
