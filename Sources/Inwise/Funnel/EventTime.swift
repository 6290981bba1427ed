// SPDX-License-Identifier: MIT

/// Reads the dates of rows as seconds of wall-clock time since 1970-01-01 00:00:00, of unknown zone: never shifted.
struct EventTime {
    /// No date, or one that isn't a date, or beyond 1970-01-01 00:00:01 to 2106-02-07 06:28:15.
    static let unknown: UInt32 = 0

    // Neighbours are mostly of one day.
    private var day: (first: UInt64, last: UInt16) = (UInt64(littleEndian: 0x2D31_302D_3037_3931), UInt16(littleEndian: 0x3130))  // 1970-01-01
    private var dayStart: Int64 = 0

    /// - Parameter text: `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS`, or with a T between; anything else is `unknown`.
    @inline(__always)
    mutating func seconds(of text: UnsafeRawBufferPointer) -> UInt32 {
        wallTime(of: text).flatMap { UInt32(exactly: $0) } ?? Self.unknown
    }

    /// The same without bounds; nil for what isn't a date.
    @inline(__always)
    mutating func wallTime(of text: UnsafeRawBufferPointer) -> Int64? {
        guard text.count == 19 || text.count == 10 else { return nil }
        let day = (
            first: text.loadUnaligned(as: UInt64.self), last: text.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        )
        if day != self.day {
            guard let start = Self.start(ofDay: text) else { return nil }
            dayStart = start
            self.day = day
        }
        guard text.count == 19 else { return dayStart }
        guard text[10] == UInt8(ascii: " ") || text[10] == UInt8(ascii: "T") else { return nil }
        guard let time = Self.timeOfDay(UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 11, as: UInt64.self)))
        else { return nil }
        return dayStart &+ time
    }

    /// - Parameter text: `YYYY-MM-DD`, and whatever follows.
    private static func start(ofDay text: UnsafeRawBufferPointer) -> Int64? {
        let first = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) ^ 0x2D30_302D_3030_3030
        let last = UInt64(UInt16(littleEndian: text.loadUnaligned(fromByteOffset: 8, as: UInt16.self)) ^ 0x3030)
        // Every byte is a digit's value, or 0 where a minus is.
        let areDigits = (first | (first &+ 0x7F76_767F_7676_7676) | last | (last &+ 0x7676)) & 0x8080_8080_8080_8080 == 0
        let pairs = first &* 10 &+ first &>> 8
        let year = (pairs & 0xFF) &* 100 &+ (pairs &>> 16 & 0xFF), month = pairs &>> 40 & 0xFF
        let day = (last & 0xFF) &* 10 &+ last &>> 8
        guard areDigits, (1...12).contains(month), day >= 1, day <= DateText.days(inMonth: Int(month), of: Int(year)) else { return nil }
        return WallTime.days(year: Int64(year), month: Int64(month), day: Int64(day)) &* WallTime.secondsPerDay
    }

    /// Seconds since midnight of `HH:MM:SS`, its first character in the lowest byte.
    @inline(__always)
    private static func timeOfDay(_ text: UInt64) -> Int64? {
        let values = text ^ 0x3030_3A30_303A_3030
        // Every byte is a digit's value, or 0 where a colon is.
        let isTime = (values | (values &+ 0x7676_7F76_767F_7676)) & 0x8080_8080_8080_8080 == 0
        let pairs = (values &* 10 &+ values &>> 8) & 0xFF_0000_FF00_00FF
        let (hours, minutes, seconds) = (pairs & 0xFF, pairs &>> 24 & 0xFF, pairs &>> 48 & 0xFF)
        guard isTime, hours < 24, minutes < 60, seconds < 60 else { return nil }
        return Int64(truncatingIfNeeded: hours &* 3600 &+ minutes &* 60 &+ seconds)
    }
}
