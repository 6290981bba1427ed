// SPDX-License-Identifier: MIT

import Foundation
import Testing

@testable import Inwise

@Suite struct LocalDateTimeTests {
    @Test(arguments: [
        ("2024-09-02 13:59:00", "2024-09-02 13:59:00"), ("2024-09-02T13:59:07", "2024-09-02 13:59:07"),
        ("2024-02-29", "2024-02-29 00:00:00"), ("0001-01-01", "0001-01-01 00:00:00"), ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
        ("1969-12-31 23:59:59", "1969-12-31 23:59:59"),
    ])
    func `a text that is a date keeps its wall-clock time`(_ text: String, _ expected: String) throws {
        #expect(try #require(LocalDateTime(text)).description == expected)
    }

    @Test(arguments: [
        "", "2024", "2023-02-29", "2024-13-01", "2024-09-02 24:00:00", "2024-09-02 13:59", "2024-09-02 13:59:00Z", "0000-01-01",
        "2024-09-02t13:59:00", "2024/09/02 13:59:00", " 2024-09-02", "2024-09-02 13:59:60", "２０２４-09-02", String(repeating: "\0", count: 10), String(repeating: "\0", count: 10) + " 12:00:00",
    ])
    func `any other text is none`(_ text: String) { #expect(LocalDateTime(text) == nil) }

    @Test func `its parts and its text agree for every kind of day`() throws {
        for (year, month, day) in [(1, 1, 1), (1900, 2, 28), (1969, 12, 31), (1970, 1, 1), (2000, 2, 29), (2024, 12, 31), (9999, 12, 31)] {
            let date = try #require(LocalDateTime(year: year, month: month, day: day, hour: 23, minute: 5, second: 59))
            #expect((date.year, date.month, date.day) == (year, month, day))
            #expect((date.hour, date.minute, date.second) == (23, 5, 59))
            #expect(LocalDateTime(date.description) == date)
        }
        #expect(LocalDateTime(year: 2023, month: 2, day: 29) == nil)
        #expect(LocalDateTime(year: 2024, month: 2, day: 29, hour: 24) == nil)
    }

    @Test func `it orders as time does, and counts in seconds`() throws {
        let dates = try ["1969-12-31 23:59:59", "1970-01-01", "2024-09-02 13:59:00", "2024-09-02 13:59:01"].map { try #require(LocalDateTime($0)) }
        #expect(dates == dates.sorted() && Set(dates).count == 4)
        #expect(dates[0].secondsSince1970 == -1 && dates[1].secondsSince1970 == 0 && dates[2].secondsSince1970 == 1_725_285_540)
    }

    @Test func `it is coded as its text`() throws {
        let dates = try [#require(LocalDateTime("2024-09-02 13:59:00"))]
        let coded = try JSONEncoder().encode(dates)
        #expect(String(decoding: coded, as: UTF8.self) == "[\"2024-09-02 13:59:00\"]")
        #expect(try JSONDecoder().decode([LocalDateTime].self, from: coded) == dates)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([LocalDateTime].self, from: Data("[\"2024-02-30\"]".utf8)) }
    }
}
