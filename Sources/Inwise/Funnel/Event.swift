// SPDX-License-Identifier: MIT

/// Who did or got something, and when, in one word; ordered by contact, then by time. What it was and in which campaign, the
/// list that it is in says.
struct Event: BitwiseCopyable, Comparable {
    let word: UInt64

    /// - Parameters:
    ///   - contact: its number in the funnel's `IDIndex`, or `IDIndex.none`.
    ///   - time: `EventTime` seconds.
    @inline(__always)
    init(contact: UInt32, time: UInt32) { word = UInt64(contact) &<< 32 | UInt64(time) }

    var contact: UInt32 { UInt32(truncatingIfNeeded: word &>> 32) }
    var time: UInt32 { UInt32(truncatingIfNeeded: word) }

    static func < (left: Event, right: Event) -> Bool { left.word < right.word }
}
