// SPDX-License-Identifier: MIT

/// The dates of webhooks, by the calendar's rules alone.
enum ModelDate {
    /// `YYYY-MM-DD HH:MM:SS`; nil for what is no date.
    static func read(_ bytes: [UInt8]) -> [UInt8]? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let found = iso(text) ?? american(text)
        return found.map { Array($0.utf8) }
    }

    private static func iso(_ text: String) -> String? {
        guard text.count == 10 || text.count == 19 else { return nil }
        let time = text.count == 10 ? "00:00:00" : String(text.suffix(8))
        guard text.count == 10 || " T".contains(text.dropFirst(10).first ?? "-") else { return nil }
        let day = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard day.count == 3, day.map(\.count) == [4, 2, 2] else { return nil }
        return joined(day[0], day[1], day[2], time)
    }

    /// `12/19/2021 13:48:29`, `2/1/2022 3:58:01 PM`, or the day alone.
    private static func american(_ text: String) -> String? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        let day = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), day.count == 3, (1...2).contains(day[0].count), (1...2).contains(day[1].count), day[2].count == 4 else { return nil }
        var time = parts.count == 1 ? ["00", "00", "00"] : parts[1].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard time.count == 3, (1...2).contains(time[0].count), time[1].count == 2, time[2].count == 2 else { return nil }
        if parts.count == 3 {
            guard let hour = number(time[0]), (1...12).contains(hour), ["am", "pm"].contains(parts[2].lowercased()) else { return nil }
            time[0] = String(hour % 12 + (parts[2].lowercased() == "pm" ? 12 : 0))
        }
        return joined(day[2], two(day[0]), two(day[1]), [two(time[0]), time[1], time[2]].joined(separator: ":"))
    }

    private static func two(_ text: some StringProtocol) -> String { text.count == 1 ? "0" + text : String(text) }

    private static func number(_ text: some StringProtocol) -> Int? { text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil }

    private static func joined(_ year: some StringProtocol, _ month: some StringProtocol, _ day: some StringProtocol, _ time: String) -> String? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let y = number(year), let m = number(month), let d = number(day), clock.count == 3, clock.allSatisfy({ $0.count == 2 }),
            let hours = number(clock[0]), let minutes = number(clock[1]), let seconds = number(clock[2]), hours < 24, minutes < 60, seconds < 60
        else { return nil }
        let isLeap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(m), (1...lengths[m - 1]).contains(d) else { return nil }
        return "\(year)-\(month)-\(day) \(time)"
    }
}
