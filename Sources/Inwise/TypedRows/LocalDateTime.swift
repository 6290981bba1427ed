// SPDX-License-Identifier: MIT

/// A date and time as the service writes it: wall-clock time, to the second, of a zone that nobody tells. It is never shifted.
///
///     if let opened = activity.actionDate, opened >= LocalDateTime("2024-09-01 00:00:00")! { … }
///
/// Its text, `2024-09-02 13:59:00`, is what queries take.
public struct LocalDateTime: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01 00:00:00 on the same clock, as if every day had 86,400: what POSIX time would be if the clock
    /// showed UTC. Add what your zone is behind UTC to get POSIX time.
    public let secondsSince1970: Int64

    init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    /// Nil for a day or a time that doesn't exist, and outside the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= DateText.days(inMonth: month, of: year),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        let days = WallTime.days(year: Int64(year), month: Int64(month), day: Int64(day))
        secondsSince1970 = days * WallTime.secondsPerDay + Int64(hour * 3600 + minute * 60 + second)
    }

    private var calendarDay: (year: Int64, month: Int64, day: Int64) {
        WallTime.date(days: (secondsSince1970 - secondOfDay) / WallTime.secondsPerDay)
    }

    private var secondOfDay: Int64 {
        let rest = secondsSince1970 % WallTime.secondsPerDay
        return rest < 0 ? rest + WallTime.secondsPerDay : rest
    }

    /// 1 to 9999.
    public var year: Int { Int(calendarDay.year) }
    /// 1 to 12.
    public var month: Int { Int(calendarDay.month) }
    /// 1 to 31.
    public var day: Int { Int(calendarDay.day) }
    /// 0 to 23.
    public var hour: Int { Int(secondOfDay / 3600) }
    /// 0 to 59.
    public var minute: Int { Int(secondOfDay / 60 % 60) }
    /// 0 to 59.
    public var second: Int { Int(secondOfDay % 60) }

    public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
}

extension LocalDateTime: LosslessStringConvertible {
    /// `YYYY-MM-DD HH:MM:SS`, also with a `T` between, or a day alone, which is its first second; nil for anything else.
    public init?(_ description: String) {
        var description = description
        var time = EventTime()
        guard let date = description.withUTF8({ Self.reading(UnsafeRawBufferPointer($0), &time) }) else { return nil }
        self = date
    }

    /// - Parameter time: remembers the day, which the next date may share.
    static func reading(_ text: UnsafeRawBufferPointer, _ time: inout EventTime) -> LocalDateTime? {
        guard let seconds = time.wallTime(of: text), seconds >= firstOfYear1 else { return nil }
        return LocalDateTime(secondsSince1970: seconds)
    }

    /// 0001-01-01 00:00:00, as far back as the dates of most languages go.
    private static let firstOfYear1: Int64 = -62_135_596_800

    /// `YYYY-MM-DD HH:MM:SS`.
    public var description: String { WallTime(seconds: secondsSince1970).text }
}

extension LocalDateTime: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = LocalDateTime(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text.prefix(40))\" is not \"YYYY-MM-DD HH:MM:SS\".")
        }
        self = date
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
