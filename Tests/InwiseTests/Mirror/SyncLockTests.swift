// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite("The lock of a sync", .serialized) struct SyncLockTests {
    let folder = TemporaryFolder()
    var path: String { folder["m.db"] }

    init() throws {
        TemporaryFolder.write([1], path)
        // What children do has been done once before they are forked.
        let lock = try Self.take(path)
        _ = Self.refusal(path)
        lock.release()
        unlink(path + "-sync")
    }

    private static func take(_ path: String, seconds: Double = 0) throws(InwiseError) -> SyncLock {
        try SyncLock.take(path, waitingUntil: Instant.now.adding(seconds: seconds)) { wake in
            usleep(useconds_t(max(0, wake.seconds(since: .now)) * 1e6))
        }
    }

    private static func refusal(_ path: String) -> InwiseError? {
        do throws(InwiseError) {
            _ = try take(path)
            return nil
        } catch { return error }
    }

    @Test("keeps a second sync of the process out until it is let go of")
    func threads() throws {
        let lock = try Self.take(path)
        let refusal = Self.refusal(path)
        #expect(refusal?.code == .store)
        let time = refusal?.message.firstRange(of: "this process, since 2")
        #expect(time != nil && refusal?.message.contains(path) == true, "\(refusal?.message ?? "")")
        // Its being refused has let go of nothing.
        #expect(Child { Self.refusal(path) == nil ? 1 : 0 }.status() == 0)
        lock.release()
        lock.release()
        #expect(Self.refusal(path) == nil)
        #expect(Child { Self.refusal(path) == nil ? 0 : 1 }.status() == 0)
    }

    @Test("is a file for those who have the mirror's")
    func sharing() throws {
        let mask = umask(0o077)
        defer { umask(mask) }
        chmod(path, 0o664)
        // Taken by root, it keeps nobody out.
        let isRoot = geteuid() == 0
        if isRoot { chown(path, 65_534, 65_533) }
        let lock = try Self.take(path)
        var found = stat()
        #expect(stat(path + "-sync", &found) == 0 && found.st_mode & 0o777 == 0o664)
        if isRoot { #expect(found.st_uid == 65_534 && found.st_gid == 65_533) }
        lock.release()
    }

    @Test("names its own file where that is another user's", .enabled(if: geteuid() == 0))
    func anothers() throws {
        let side = path + "-sync"
        TemporaryFolder.write([], side)
        chmod(side, 0o600)
        chmod(folder.path, 0o755)
        chown(path, 65_534, 65_534)
        let child = Child {
            guard setgid(65_534) == 0, setuid(65_534) == 0 else { return 1 }
            return Self.refusal(path)?.message.contains("\(side), by which") == true ? 0 : 2
        }
        #expect(child.status() == 0)
    }

    @Test("is waited for, as long as that is wanted")
    func waiting() throws {
        let lock = try Self.take(path)
        let begun = Instant.now
        #expect(throws: InwiseError.self) { try Self.take(path, seconds: 0.25) }
        #expect(Instant.now.seconds(since: begun) >= 0.25)
        let thread = Thread {
            usleep(150_000)
            lock.release()
        }
        #expect(throws: Never.self) { try Self.take(path, seconds: 30) }
        thread.join()
        let again = try Self.take(path)
        let cancelled = #expect(throws: InwiseError.self) {
            try SyncLock.take(path, waitingUntil: .distantFuture) { _ throws(InwiseError) in throw .cancelledCall }
        }
        #expect(cancelled == .cancelledCall)
        again.release()
    }

    @Test("of another process names that, and ends with it")
    func processes() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let holder = Child {
            let lock = try Self.take(path)
            write(ends[1], "x", 1)
            pause()
            lock.release()
            return 0
        }
        var byte: UInt8 = 0
        read(ends[0], &byte, 1)
        for _ in 0..<2 {
            let refusal = Self.refusal(path)
            #expect(refusal?.message.contains("process \(holder.process), since 2") == true, "\(refusal?.message ?? "")")
        }
        kill(holder.process, SIGKILL)
        #expect(holder.status() == -SIGKILL)
        #expect(Self.refusal(path) == nil)
        for end in ends { close(end) }
    }

    @Test("is not inherited by a forked child, which takes nothing from its parent")
    func children() throws {
        let lock = try Self.take(path)
        let other = folder["other.db"]
        TemporaryFolder.write([1], other)
        let parent = getpid()
        let child = Child {
            guard Self.refusal(path)?.message.contains("process \(parent), since 2") == true else { return 1 }
            lock.release()
            guard Self.refusal(path)?.message.contains("process \(parent), since 2") == true else { return 2 }
            return Self.refusal(other) == nil ? 0 : 3
        }
        #expect(child.status() == 0)
        #expect(Child { Self.refusal(path) == nil ? 1 : 0 }.status() == 0)
        lock.release()
    }

    @Test("goes by the file, not by its name")
    func names() throws {
        let link = folder["link.db"]
        symlink(path, link)
        let lock = try Self.take(link)
        #expect(Self.refusal(path) != nil)
        #expect(folder.names == ["link.db", "m.db", "m.db-sync"])
        lock.release()
    }

    @Test("that can't be had for another reason says so")
    func failures() {
        mkdir(path + "-sync", 0o700)
        #expect(Self.refusal(path)?.message.contains("Is a directory") == true)
        #expect(Self.refusal("/proc/inwise.db")?.code == .store)
        #expect(Self.refusal("/none/at/all.db")?.code == .store)
    }

    @Test("is one process's at a time, also when many take and leave it")
    func exclusion() throws {
        let counter = folder["counter"]
        TemporaryFolder.write(Array("0".utf8), counter)
        func count() throws -> Int32 {
            for _ in 0..<20 {
                let lock = try Self.take(path, seconds: 50)
                let number = Int(String(decoding: TemporaryFolder.read(counter), as: UTF8.self)) ?? -1000
                TemporaryFolder.write(Array("\(number + 1)".utf8), counter)
                lock.release()
            }
            return 0
        }
        #expect(try count() == 0)
        let children = (0..<6).map { _ in Child(count) }
        #expect(try count() == 0)
        #expect(children.allSatisfy { $0.status() == 0 })
        #expect(TemporaryFolder.read(counter) == Array("160".utf8))
    }
}
