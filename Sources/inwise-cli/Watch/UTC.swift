// SPDX-License-Identifier: MIT

internal import Glibc

/// Seconds since 1970, by this machine's clock, and how they are written.
enum UTC {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }

    /// As programs read it: `2024-09-20T12:00:00Z`.
    static func text(_ seconds: Int64) -> String { text(seconds, gmtime_r, "%Y-%m-%dT%H:%M:%SZ") }

    /// As queries have it: `2024-09-20 12:00:00`.
    static func queryText(_ seconds: Int64) -> String { text(seconds, gmtime_r, "%Y-%m-%d %H:%M:%S") }

    /// As a person here reads it: `2024-09-20 12:00:00`.
    static func localText(_ seconds: Int64) -> String { text(seconds, localtime_r, "%Y-%m-%d %H:%M:%S") }

    private static func text(
        _ seconds: Int64, _ split: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?, _ format: String
    ) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        guard split(&seconds, &parts) != nil else { return "" }
        let bytes = [UInt8](unsafeUninitializedCapacity: 40) { room, count in
            count = room.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress, $0.count, format, &parts) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
