// SPDX-License-Identifier: MIT

/// When the rows of an account usually come: in which hours of the week, and how long it was silent at most in these.
///
/// Dates are seconds of the service's wall clock, counted as `LocalDateTime` counts them.
struct ArrivalRhythm: Equatable {
    /// How many weeks of history it takes.
    static let weeks: Int64 = 2
    static let history = weeks * hoursOfWeek * hour

    /// The longest silence of these weeks, in seconds of usual hours.
    let longestSilence: Int64
    /// Of the hours of the week those in which rows came in each of the weeks.
    private let isUsual: [Bool]

    private static let minute: Int64 = 60
    private static let hour: Int64 = 3600
    private static let hoursOfWeek: Int64 = 168

    /// - Parameters:
    ///   - dates: of rows, in any order; what lies outside of the weeks doesn't count.
    ///   - end: where the weeks end.
    init(_ dates: some Sequence<Int64>, until end: Int64) {
        // Minutes are as exact as it need be, and their number doesn't grow with that of the rows.
        let start = Self.floor(end, Self.hour) - Self.history
        var minutes = [Bool](repeating: false, count: Int((end - start) / Self.minute) + 1)
        var hours = [Bool](repeating: false, count: Int((end - start) / Self.hour) + 1)
        for date in dates where date >= start && date <= end {
            minutes[Int((date - start) / Self.minute)] = true
            hours[Int((date - start) / Self.hour)] = true
        }
        var weeksWithRows = [Int64](repeating: 0, count: Int(Self.hoursOfWeek))
        for hour in 0..<Int(Self.weeks * Self.hoursOfWeek) where hours[hour] {
            weeksWithRows[Self.hourOfWeek(start + Int64(hour) * Self.hour)] += 1
        }
        let isUsual = weeksWithRows.map { $0 == Self.weeks }
        var longest: Int64 = 0
        var last: Int64?
        for minute in minutes.indices where minutes[minute] {
            let time = start + Int64(minute) * Self.minute
            if let last { longest = max(longest, Self.usualSeconds(isUsual, from: last, to: time)) }
            last = time
        }
        longestSilence = longest
        self.isUsual = isUsual
    }

    /// How much of a time lies in hours in which rows usually come.
    func usualSeconds(from: Int64, to: Int64) -> Int64 { Self.usualSeconds(isUsual, from: from, to: to) }

    private static func usualSeconds(_ isUsual: [Bool], from: Int64, to: Int64) -> Int64 {
        var seconds: Int64 = 0
        var at = from
        while at < to {
            let next = min(floor(at, hour) + hour, to)
            if isUsual[hourOfWeek(at)] { seconds += next - at }
            at = next
        }
        return seconds
    }

    private static func hourOfWeek(_ date: Int64) -> Int {
        let hours = floor(date, hour) / hour
        return Int(hours - floor(hours, hoursOfWeek))
    }

    private static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
        let rest = number % unit
        return number - (rest < 0 ? rest + unit : rest)
    }
}
