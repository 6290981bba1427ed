// SPDX-License-Identifier: MIT

/// The two forms in which webhooks have dates: `2022-02-10 15:58:01`, and as .NET writes it in American English,
/// `12/19/2021 13:48:29` or `2/1/2022 3:58:01 PM`.
enum WebhookTime {
    /// Nil for what is no date.
    static func read(_ text: UnsafeRawBufferPointer) -> WallTime? {
        var time = EventTime()
        if text.count >= 10, let seconds = time.wallTime(of: text) { return WallTime(seconds: seconds) }
        return american(text)
    }

    private static func american(_ text: UnsafeRawBufferPointer) -> WallTime? {
        var at = 0
        func number(_ digits: ClosedRange<Int>) -> Int64? {
            var (value, count) = (Int64(0), 0)
            while at < text.count, count < digits.upperBound, text[at] &- ASCII.zero <= 9 {
                value = value * 10 + Int64(text[at] &- ASCII.zero)
                at += 1
                count += 1
            }
            return count >= digits.lowerBound ? value : nil
        }
        func skip(_ byte: UInt8) -> Bool {
            guard at < text.count, text[at] == byte else { return false }
            at += 1
            return true
        }
        let slash = UInt8(ascii: "/"), blank = UInt8(ascii: " ")
        guard let month = number(1...2), skip(slash), let day = number(1...2), skip(slash), let year = number(4...4),
            (1...12).contains(month), day >= 1, day <= DateText.days(inMonth: Int(month), of: Int(year))
        else { return nil }
        var time: Int64 = 0
        if at < text.count {
            guard skip(blank), var hours = number(1...2), skip(ASCII.colon), let minutes = number(2...2), skip(ASCII.colon),
                let seconds = number(2...2), hours < 24, minutes < 60, seconds < 60
            else { return nil }
            if skip(blank) {
                guard at + 2 == text.count, ASCIICase.lower(text[at + 1]) == UInt8(ascii: "m"), (1...12).contains(hours) else { return nil }
                switch ASCIICase.lower(text[at]) {
                case UInt8(ascii: "a"): hours %= 12
                case UInt8(ascii: "p"): hours = hours % 12 + 12
                default: return nil
                }
                at += 2
            }
            time = hours * 3600 + minutes * 60 + seconds
        }
        guard at == text.count else { return nil }
        return WallTime(seconds: WallTime.days(year: year, month: month, day: day) * WallTime.secondsPerDay + time)
    }
}
