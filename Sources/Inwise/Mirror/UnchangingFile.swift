// SPDX-License-Identifier: MIT

internal import Glibc

/// A file that is read as it stands, since it is in a folder where nothing can be put beside it. Who may write there
/// could change it all the same, which must not go unnoticed: it is read without locks.
struct UnchangingFile {
    /// What a change of the file changes.
    private struct Stamp: Equatable {
        let file: FileUses.File
        let size: off_t
        let seconds: Int, nanoseconds: Int
    }

    private let path: String
    private let place: MirrorPlace
    private let stamp: Stamp

    /// Nil if somebody is writing it, as what is beside it tells, or left it in the middle of that.
    ///
    /// - Parameter path: absolute.
    init?(_ path: String, at place: MirrorPlace) {
        guard let stamp = Self.stamp(path, place) else { return nil }
        self.path = path
        self.place = place
        self.stamp = stamp
    }

    private static func stamp(_ path: String, _ place: MirrorPlace) -> Stamp? {
        var found = stat()
        guard !place.hasLog, !place.hasJournal, stat(path, &found) == 0 else { return nil }
        return Stamp(
            file: FileUses.File(device: found.st_dev, inode: found.st_ino), size: found.st_size,
            seconds: found.st_mtim.tv_sec, nanoseconds: found.st_mtim.tv_nsec)
    }

    /// What has SQLite open it as one that nobody changes.
    var uri: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var uri = Array("file://".utf8)
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                uri.append(byte)
            default: uri += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: uri, as: UTF8.self) + "?immutable=1"
    }

    var isUnchanged: Bool { Self.stamp(path, place) == stamp }

    func check() throws(InwiseError) {
        guard isUnchanged else {
            throw InwiseError(.store, "\(path) is being written by another process, and can't be read meanwhile: its folder is not this user's to write. Let it write there, or open the mirror again later.")
        }
    }
}
