// SPDX-License-Identifier: MIT

internal import Glibc

/// The right to sync into a mirror, which one sync has at a time: of all threads and processes.
///
/// It is a record lock on a file beside the mirror's. The kernel lets go of it when its process ends, however that ends, and
/// tells whose it is; it doesn't keep threads of one process from each other, nor knows its own process from a forked
/// child, hence a list of the process's own.
final class SyncLock: @unchecked Sendable {  // guarded by ForkLock
    /// A lock that a process has.
    private struct Held {
        let file: FileUses.File
        let descriptor: Int32
        let process: pid_t
        let since: String
    }

    private enum Outcome {
        case taken(Int32)
        case held(process: pid_t, since: String)
        case failed(Int32)
        /// The file was replaced meanwhile.
        case stale
    }

    /// Of this process; of its parent, in a child that has not come here yet.
    private nonisolated(unsafe) static var all: [Held] = []  // guarded by ForkLock
    /// Between two tries.
    private static let pauseSeconds = 0.1

    private var descriptor: Int32?
    private let process = getpid()

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { release() }

    /// Waits for the lock until a time has come.
    ///
    /// - Parameters:
    ///   - path: the mirror's file, which is there.
    ///   - sleep: sleeps until then, unless the call ends before.
    static func take(
        _ path: String, waitingUntil end: Instant, _ sleep: (Instant) throws(InwiseError) -> Void
    ) throws(InwiseError) -> SyncLock {
        let side = MirrorPlace(of: path).lock
        while true {
            switch ForkLock.withLock({ tryTake(side, like: path) }) {
            case .taken(let descriptor): return SyncLock(descriptor)
            case .stale: continue
            case .failed(let cause): throw failure(side, cause)
            case .held(let process, let since):
                let now = Instant.now
                guard now < end else { throw held(path, process, since) }
                try sleep(min(end, now.adding(seconds: pauseSeconds)))
            }
        }
    }

    /// Lets the next one in. Again, or in a forked child, it does nothing.
    func release() {
        ForkLock.withLock {
            guard let descriptor, process == getpid() else { return }
            self.descriptor = nil
            Self.all.removeAll { $0.descriptor == descriptor }
            // Nobody's name is left behind; the file is, since another may be about to lock it.
            ftruncate(descriptor, 0)
            close(descriptor)
        }
    }

    // MARK: One try

    private static func tryTake(_ side: String, like path: String) -> Outcome {
        forgetParents()
        // To open and close a file that this process has locked would unlock it.
        if let file = FileUses.File(side), let mine = all.first(where: { $0.file == file }) {
            return .held(process: mine.process, since: mine.since)
        }
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        var descriptor = open(side, flags)
        if descriptor < 0, errno == ENOENT {
            descriptor = make(side, flags, like: path)
            if descriptor < 0, errno == EEXIST { return .stale }
        }
        guard descriptor >= 0 else { return .failed(errno) }
        let outcome = lock(descriptor, side)
        if case .taken = outcome { return outcome }
        close(descriptor)
        return outcome
    }

    /// Makes the file for those who have the mirror's, as SQLite does with its own: also where root makes it.
    private static func make(_ side: String, _ flags: Int32, like path: String) -> Int32 {
        var found = stat()
        let isFound = stat(path, &found) == 0
        let mode = isFound ? found.st_mode & 0o666 : 0o600
        let descriptor = open(side, flags | O_CREAT | O_EXCL, mode)
        guard descriptor >= 0, isFound else { return descriptor }
        // Where that can't be done it stays as it was made.
        fchmod(descriptor, mode)
        if geteuid() == 0 { _ = fchown(descriptor, found.st_uid, found.st_gid) }
        return descriptor
    }

    private static func lock(_ descriptor: Int32, _ side: String) -> Outcome {
        var wanted = whole(F_WRLCK)
        guard fcntl(descriptor, F_SETLK, &wanted) == 0 else {
            guard errno == EACCES || errno == EAGAIN else { return .failed(errno) }
            let since = note(descriptor)
            var holder = whole(F_WRLCK)
            guard fcntl(descriptor, F_GETLK, &holder) == 0 else { return .failed(errno) }
            // It has just been let go of: the next try has it.
            return holder.l_type == Int16(F_UNLCK) ? .stale : .held(process: holder.l_pid, since: since)
        }
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { return .failed(errno) }
        let file = FileUses.File(device: found.st_dev, inode: found.st_ino)
        guard FileUses.File(side) == file else { return .stale }
        let held = Held(file: file, descriptor: descriptor, process: getpid(), since: now())
        ftruncate(descriptor, 0)
        pwrite(descriptor, held.since, held.since.utf8.count, 0)
        all.append(held)
        return .taken(descriptor)
    }

    /// A lock of the whole file.
    private static func whole(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }

    /// In a child: lets go of the descriptors that it has from its parent, before it locks these files itself.
    private static func forgetParents() {
        let here = getpid()
        for held in all where held.process != here { close(held.descriptor) }
        all.removeAll { $0.process != here }
    }

    // MARK: Texts

    /// What the holder wrote: since when it has the lock. Whoever may write the file could have written anything.
    private static func note(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 23)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count == bytes.count, bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var text: [UInt8] = []
        WallTime(seconds: Int64(time.tv_sec)).write { text.append($0) }
        return String(decoding: text, as: UTF8.self) + " UTC"
    }

    private static func held(_ path: String, _ process: pid_t, _ since: String) -> InwiseError {
        let who = process == getpid() ? "this process" : process > 0 ? "process \(process)" : "another process"
        let time = since.isEmpty ? "" : ", since \(since)"
        return InwiseError(.store, "Another sync into \(path) is under way: \(who)\(time). Wait for its end, or raise \"wait_seconds\".", parameter: "wait_seconds")
    }

    private static func failure(_ side: String, _ cause: Int32) -> InwiseError {
        let why = String(cString: strerror(cause))
        return switch cause {
        case EACCES, EPERM, EROFS:
            InwiseError(.store, "\(side), by which syncs keep out of each other's way, can't be written: \(why). Let this user write it and its folder, or remove it while no sync runs.")
        case ENOSPC, EDQUOT: .full(side)
        case ENOLCK, EOPNOTSUPP: .unlockable(side, why)
        default: InwiseError(.store, "\(side), by which syncs keep out of each other's way, can't be opened: \(why).")
        }
    }
}
