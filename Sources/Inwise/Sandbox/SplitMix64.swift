// SPDX-License-Identifier: MIT

/// Numbers that look random and are the same on every machine: SplitMix64 of Guy L. Steele Jr., Doug Lea and Christine H.
/// Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014).
package struct SplitMix64: Sendable {
    private var state: UInt64

    /// What a sequence is for: each use has its own, so that more of one doesn't change another.
    package enum Use: UInt64 {
        case contacts = 1, campaigns, mails, details, live, faults, liveDates, webhooks
    }

    package init(seed: UInt64, _ use: Use, _ part: Int = 0) {
        state = Self.mixed(seed, use.rawValue, UInt64(truncatingIfNeeded: part))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    /// A number from 0 to one below `bound`; 0 if that is 1 or less.
    package mutating func below(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    package mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in so many of a million cases.
    mutating func chance(_ perMillion: Int) -> Bool { below(1_000_000) < perMillion }

    /// From 0 to just below 1.
    package mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// A number that hangs on all three and looks like none of them.
    static func mixed(_ first: UInt64, _ second: UInt64, _ third: UInt64 = 0) -> UInt64 {
        mix(mix(mix(first &+ 0x9e37_79b9_7f4a_7c15) &+ second) &+ third)
    }

    private static func mix(_ number: UInt64) -> UInt64 {
        var z = number
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
