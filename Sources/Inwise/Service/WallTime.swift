// SPDX-License-Identifier: MIT

/// A second of wall-clock time of unknown zone, counted from 1970-01-01 00:00:00 as if every day had 86,400.
///
/// Days and dates are turned into each other by the algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms" (howardhinnant.github.io/date_algorithms.html).
struct WallTime: Comparable, Sendable {
    /// Only years 0000 to 9999 have a text; others are written as the nearest of them.
    var seconds: Int64

    static let secondsPerDay: Int64 = 86_400

    init(seconds: Int64) { self.seconds = seconds }

    /// The first second that a text covers.
    init(first text: DateText) { self.init(text.firstSecond) }

    /// The last second that a text covers.
    init(last text: DateText) { self.init(text.lastSecond) }

    /// - Parameter text: `YYYY-MM-DD HH:MM:SS`, of a day that exists: checked by `DateText`.
    private init(_ text: String) {
        var fields: [Int64] = [0]
        for byte in text.utf8 {
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                fields[fields.count - 1] = fields[fields.count - 1] * 10 + Int64(byte - UInt8(ascii: "0"))
            } else {
                fields.append(0)
            }
        }
        while fields.count < 6 { fields.append(0) }
        let days = Self.days(year: fields[0], month: fields[1], day: fields[2])
        seconds = days * Self.secondsPerDay + fields[3] * 3600 + fields[4] * 60 + fields[5]
    }

    static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }

    /// The first second of its day.
    var startOfDay: WallTime {
        WallTime(seconds: seconds - Self.remainder(seconds, Self.secondsPerDay))
    }

    /// Seconds later; saturating.
    func adding(_ more: Int64) -> WallTime {
        let (sum, overflow) = seconds.addingReportingOverflow(more)
        return WallTime(seconds: overflow ? (more < 0 ? .min : .max) : sum)
    }

    /// Gives `write` the 19 bytes of `YYYY-MM-DD HH:MM:SS` in order.
    func write(_ write: (UInt8) -> Void) {
        let earliest: Int64 = -62_167_219_200, latest: Int64 = 253_402_300_799
        let seconds = min(max(seconds, earliest), latest)
        let time = Self.remainder(seconds, Self.secondsPerDay)
        let date = Self.date(days: (seconds - time) / Self.secondsPerDay)
        func digits(_ number: Int64, _ count: Int) {
            var unit: Int64 = count == 4 ? 1000 : 10
            while unit > 0 {
                write(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / unit % 10))
                unit /= 10
            }
        }
        digits(date.year, 4)
        write(UInt8(ascii: "-"))
        digits(date.month, 2)
        write(UInt8(ascii: "-"))
        digits(date.day, 2)
        write(UInt8(ascii: " "))
        digits(time / 3600, 2)
        write(UInt8(ascii: ":"))
        digits(time / 60 % 60, 2)
        write(UInt8(ascii: ":"))
        digits(time % 60, 2)
    }

    /// `YYYY-MM-DD HH:MM:SS`.
    var text: String {
        var bytes: [UInt8] = []
        write { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Days and dates

    /// Days since 1970-01-01 of a date in the Gregorian calendar: Hinnant's `days_from_civil`.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date that lies so many days after 1970-01-01: Hinnant's `civil_from_days`.
    static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func remainder(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
