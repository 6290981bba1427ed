// SPDX-License-Identifier: MIT

@testable import inwise_cli

/// Rows of an account: when they are dated, and when they come. Times are minutes, of UTC, from a Monday's midnight on.
struct SimulatedAccount: Sendable {
    static let day: Int64 = 1440
    static let week: Int64 = 7 * day
    /// 2024-09-02, a Monday.
    static let monday: Int64 = 1_725_235_200

    /// By how many hours its service's clock is ahead of UTC.
    var zone: Int64 = 0
    /// How many minutes lie between two rows.
    var step: Int64 = 7
    /// Whether rows are dated in a minute of the week, by the service's clock.
    var isAwake: @Sendable (Int64) -> Bool = { _ in true }
    /// When a row of a minute comes; nil if never.
    var arrival: @Sendable (Int64) -> Int64? = { $0 }
    /// By how many minutes a row's date is off.
    var misdating: @Sendable (Int64) -> Int64 = { _ in 0 }

    static let office = SimulatedAccount(isAwake: isOfficeHour)
    @Sendable static func isOfficeHour(_ minute: Int64) -> Bool { minute / day < 5 && (480..<1080).contains(minute % day) }

    /// What a watch says whose first round is at a minute, until another. The mirror then has the rows from minute 0 on.
    func remarks(from begin: Int64, to end: Int64, every interval: Int64 = 5) -> [(minute: Int64, remark: ArrivalWatch.Remark)] {
        let rows = stride(from: Int64(0), to: end, by: Int(step)).compactMap { minute -> (came: Int64, date: Int64)? in
            let local = minute + zone * 60
            let ofWeek = (local % Self.week + Self.week) % Self.week
            guard isAwake(ofWeek), let came = arrival(minute) else { return nil }
            return (came, Self.monday + (local + misdating(minute)) * 60)
        }.sorted { $0.came < $1.came }
        var watch = ArrivalWatch()
        var remarks: [(Int64, ArrivalWatch.Remark)] = []
        var seen = 0
        for minute in stride(from: begin, to: end, by: Int(interval)) {
            let now = Self.monday + minute * 60
            let known = seen
            while seen < rows.count, rows[seen].came <= minute { seen += 1 }
            let new = rows[known..<seen].map(\.date)
            if let remark = watch.round(newRows: Int64(new.count), dates: known == 0 ? [] : new, at: now) { remarks.append((minute, remark)) }
            if watch.wantsHistory(at: now) {
                let earliest = ArrivalWatch.beginOfHistory(at: now)
                watch.learn(rows[..<seen].map(\.date).filter { $0 >= earliest }, at: now)
            }
        }
        return remarks
    }
}
