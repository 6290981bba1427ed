// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Wall-clock time") struct WallTimeTests {
    static func text(_ time: WallTime) -> String {
        var bytes: [UInt8] = []
        time.write { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("counts seconds from 1970", arguments: [
        ("1970-01-01 00:00:00", 0), ("1969-12-31 23:59:59", -1), ("2000-02-29 12:00:00", 951_825_600),
        ("2024-09-20 12:00:00", 1_726_833_600), ("0000-01-01 00:00:00", -62_167_219_200),
        ("9999-12-31 23:59:59", 253_402_300_799), ("1900-03-01 00:00:00", -2_203_891_200),
    ] as [(String, Int64)])
    func seconds(text: String, seconds: Int64) throws {
        let date = try #require(DateText(text))
        #expect(WallTime(first: date).seconds == seconds)
        #expect(Self.text(WallTime(seconds: seconds)) == text)
    }

    @Test("gives every day of four centuries back as it came")
    func roundTrip() {
        var previous = WallTime.days(year: 1899, month: 12, day: 31)
        for year in 1900..<2300 as Range<Int64> {
            for month in 1...12 as ClosedRange<Int64> {
                for day in 1...31 as ClosedRange<Int64> {
                    let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                    guard DateText(text) != nil else { continue }
                    let days = WallTime.days(year: year, month: month, day: day)
                    let date = WallTime.date(days: days)
                    #expect(days == previous + 1 && date == (year, month, day), "\(text)")
                    previous = days
                }
            }
        }
    }

    @Test("of a day covers its first and its last second")
    func day() throws {
        let day = try #require(DateText("2024-09-02"))
        #expect(Self.text(WallTime(first: day)) == "2024-09-02 00:00:00")
        #expect(Self.text(WallTime(last: day)) == "2024-09-02 23:59:59")
        #expect(Self.text(WallTime(last: day).startOfDay) == "2024-09-02 00:00:00")
        #expect(Self.text(WallTime(seconds: -1).startOfDay) == "1969-12-31 00:00:00")
    }

    @Test("that no calendar reaches is written as the nearest that one does", arguments: [Int64.min, .max])
    func extremes(seconds: Int64) {
        let text = Self.text(WallTime(seconds: seconds).adding(seconds))
        #expect(text == (seconds < 0 ? "0000-01-01 00:00:00" : "9999-12-31 23:59:59"))
    }
}
