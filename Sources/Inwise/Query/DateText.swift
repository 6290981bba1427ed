// SPDX-License-Identifier: MIT

/// Wall-clock text as the service writes it, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, of unknown zone: never shifted.
package struct DateText: Sendable, Equatable {
    /// As it was given.
    package let text: String
    /// Whether it names a day and no time.
    package let isDay: Bool

    /// Nil unless it is of one of the two forms and a day that exists.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 19 else { return nil }
        let form = Array("0000-00-00 00:00:00".utf8.prefix(bytes.count))
        for (byte, expected) in zip(bytes, form) {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else { return nil }
        if bytes.count == 19 {
            guard number(11..<13) < 24, number(14..<16) < 60, number(17..<19) < 60 else { return nil }
        }
        self.text = text
        self.isDay = bytes.count == 10
    }

    /// The first second that the text covers, as `YYYY-MM-DD HH:MM:SS`: comparable as text.
    package var firstSecond: String { isDay ? text + " 00:00:00" : text }
    /// The last second that the text covers.
    package var lastSecond: String { isDay ? text + " 23:59:59" : text }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
