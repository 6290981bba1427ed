// SPDX-License-Identifier: MIT

/// The action types that a funnel has met, each with a number of its own: its *slot*.
///
/// The seven that the service's summary counts have fixed slots; the two of web versions share one, since their contacts
/// are counted together. Others get the next slot when they are first met, so that two funnels number them differently.
struct ActionTypes: ~Copyable {
    static let opens: UInt32 = 0
    static let clicks: UInt32 = 1
    static let bounces: UInt32 = 2
    static let unsubscribes: UInt32 = 3
    static let webVersions: UInt32 = 4
    static let reportSpam: UInt32 = 5
    static let onSite: UInt32 = 6
    /// The first slot of a type without a field in the summary.
    static let firstOther: UInt32 = 7

    /// In the order of `known`, then the others.
    private var names = NameTable()

    /// The types with fixed slots.
    private static let known: [(name: StaticString, slot: UInt32)] = [
        ("emailOpened", opens), ("emailClicked", clicks), ("emailBounced", bounces), ("emailUnsubscribed", unsubscribes),
        ("emailWebVersion", webVersions), ("emailPublicWebVersion", webVersions), ("emailReportSpam", reportSpam), ("onSite", onSite),
    ]

    init() {
        for (name, _) in Self.known {
            _ = names.number(of: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }
    }

    /// How many slots there are.
    var slots: Int { names.count - Self.known.count + Int(Self.firstOther) }

    /// The name of a slot from `firstOther` on.
    func name(of slot: UInt32) -> [UInt8] { names.name(of: slot - Self.firstOther + UInt32(Self.known.count)) }

    /// The slot of a type; a new one if it is new.
    mutating func slot(of name: UnsafeRawBufferPointer) -> UInt32 {
        let number = names.number(of: name)
        let index = Int(number)
        return index < Self.known.count ? Self.known[index].slot : number &- UInt32(Self.known.count) &+ Self.firstOther
    }
}
