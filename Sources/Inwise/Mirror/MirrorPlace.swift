// SPDX-License-Identifier: MIT

internal import Glibc

/// Where a mirror's file really lies, whatever links lead there: what belongs to it is beside it there, where SQLite puts it.
struct MirrorPlace {
    private let file: String

    /// - Parameter path: absolute. Where there is no file yet, it is taken as it is.
    init(of path: String) {
        let real = realpath(path, nil)
        defer { free(real) }
        file = real.map { String(cString: $0) } ?? path
    }

    /// SQLite's log of writes.
    private var log: String { file + "-wal" }
    /// By which SQLite takes a write back that goes past the log.
    private var journal: String { file + "-journal" }
    /// SQLite's index of the log, in memory that processes share.
    private var index: String { file + "-shm" }
    /// What a sync locks.
    var lock: String { file + "-sync" }
    /// With a slash at its end.
    var folder: String { file.lastIndex(of: "/").map { String(file[...$0]) } ?? "." }

    /// 0 for a file that isn't there.
    var size: Int64 { Self.size(file) }
    /// Whether there is a log, which others are going on with or a crash has left.
    var hasLog: Bool { Self.size(log) > 0 }
    /// Which file the log is, written or not.
    var logFile: FileUses.File? { FileUses.File(log) }
    var hasJournal: Bool { Self.size(journal) > 0 }

    private static func size(_ path: String) -> Int64 {
        var found = stat()
        return stat(path, &found) == 0 ? Int64(found.st_size) : 0
    }

    /// Checks that nothing is in the way of SQLite's files. It follows no links there.
    func check() throws(InwiseError) {
        for path in [log, journal, index] {
            var found = stat()
            guard lstat(path, &found) == 0, let what = Self.nameOfNoFile(found.st_mode) else { continue }
            throw InwiseError(.store, "\(path) is \(what), and in the way of a file that belongs to the mirror. Remove it, then open the mirror again.")
        }
    }

    /// What it is that has this mode; nil for a file.
    static func nameOfNoFile(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        case S_IFLNK: "a link"
        default: "not a file"
        }
    }
}
