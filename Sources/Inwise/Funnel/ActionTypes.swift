// SPDX-License-Identifier: MIT

/// The action types that a funnel has met, each with a number of its own: its *slot*.
///
/// The seven that the service's summary counts have fixed slots; the two of web versions share one, since their contacts
/// are counted together. Others get the next slot when they are first met, so that two funnels number them differently.
struct ActionTypes {
    static let opens = 0
    static let clicks = 1
    static let bounces = 2
    static let unsubscribes = 3
    static let webVersions = 4
    static let reportSpam = 5
    static let onSite = 6
    /// The first slot of a type without a field in the summary.
    static let firstOther = 7

    /// A type without a field, by its name's bytes: no two names that differ in bytes are one, as they may be as `String`s.
    private var others: [[UInt8]] = []
    private var nameToSlot: [(hash: UInt64, name: [UInt8], slot: Int)?]
    private var used = 0
    private let seed = UInt64.random(in: .min ... .max)

    init() {
        nameToSlot = Array(repeating: nil, count: 32)
        let known: [(StaticString, Int)] = [
            ("emailOpened", Self.opens), ("emailClicked", Self.clicks), ("emailBounced", Self.bounces),
            ("emailUnsubscribed", Self.unsubscribes), ("emailWebVersion", Self.webVersions),
            ("emailPublicWebVersion", Self.webVersions), ("emailReportSpam", Self.reportSpam), ("onSite", Self.onSite),
        ]
        for (name, slot) in known {
            let bytes = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            insert(Array(bytes), hash: ByteHash.hash(bytes, seed: seed), slot: slot)
        }
    }

    /// How many slots there are.
    var slots: Int { Self.firstOther + others.count }

    /// The name of a slot from `firstOther` on.
    func name(of slot: Int) -> [UInt8] { others[slot - Self.firstOther] }

    /// The slot of a type; a new one if it is new.
    mutating func slot(of name: UnsafeRawBufferPointer) -> Int {
        let hash = ByteHash.hash(name, seed: seed)
        var place = Int(truncatingIfNeeded: hash) & (nameToSlot.count - 1)
        while let entry = nameToSlot[place] {
            if entry.hash == hash, entry.name.elementsEqual(name) { return entry.slot }
            place = (place + 1) & (nameToSlot.count - 1)
        }
        let slot = slots
        others.append(Array(name))
        insert(Array(name), hash: hash, slot: slot)
        return slot
    }

    private mutating func insert(_ name: [UInt8], hash: UInt64, slot: Int) {
        if (used + 1) * 2 > nameToSlot.count {
            let entries = nameToSlot
            nameToSlot = Array(repeating: nil, count: entries.count * 2)
            for case let entry? in entries { place(entry) }
        }
        place((hash, name, slot))
        used += 1
    }

    private mutating func place(_ entry: (hash: UInt64, name: [UInt8], slot: Int)) {
        var place = Int(truncatingIfNeeded: entry.hash) & (nameToSlot.count - 1)
        while nameToSlot[place] != nil { place = (place + 1) & (nameToSlot.count - 1) }
        nameToSlot[place] = entry
    }
}
