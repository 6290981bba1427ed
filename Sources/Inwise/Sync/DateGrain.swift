// SPDX-License-Identifier: MIT

/// How finely a service takes the dates in a question, as far as its answers have shown: halving a window below that brings no smaller
/// answers.
enum DateGrain: Int64, Comparable {
    /// In seconds.
    case second = 1
    case day = 86_400
    /// It takes no notice of them.
    case none = 9_223_372_036_854_775_807

    static func < (one: DateGrain, other: DateGrain) -> Bool { one.rawValue < other.rawValue }

    /// What rows show that lie so many seconds outside of what was asked for.
    init(overshoot: Int64) {
        self = overshoot > Self.day.rawValue ? .none : overshoot > 0 ? .day : .second
    }
}
