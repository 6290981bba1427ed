// SPDX-License-Identifier: MIT

/// How long contacts took from their mail to something that they did, in seconds.
struct ResponseTimes {
    private var seconds: [UInt32] = []

    private static let quantiles: [(name: String, percent: Int)] = [
        ("p10", 10), ("p25", 25), ("p50", 50), ("p75", 75), ("p90", 90),
    ]

    mutating func add(_ contacts: [UInt32]) { seconds += contacts }

    /// How many contacts there are, and quantiles by nearest rank: the shortest time within which that share of them did it;
    /// null without contacts.
    var json: JSON {
        guard !seconds.isEmpty else { return .null }
        let sorted = seconds.sorted()
        var members: [(name: String, value: JSON)] = [("contacts", .integer(Int64(sorted.count)))]
        for (name, percent) in Self.quantiles {
            let rank = (sorted.count * percent + 99) / 100
            members.append((name, .integer(Int64(sorted[rank - 1]))))
        }
        return .object(members)
    }
}
