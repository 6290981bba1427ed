// SPDX-License-Identifier: MIT

/// Counts of one list by group; groups have dense numbers, or `NameTable.none`.
struct GroupTally: ~Copyable {
    /// `none` is the last.
    private var counts: [(count: Int64, unique: Int64)]
    private var touched: [Int] = []

    init(groups: Int) { counts = Array(repeating: (0, 0), count: groups + 1) }

    @inline(__always)
    mutating func add(_ count: Int64, _ unique: Int64, to group: UInt32) {
        let place = min(Int(group), counts.count - 1)
        if counts[place].count == 0 { touched.append(place) }
        counts[place].count &+= count
        counts[place].unique &+= unique
    }

    /// What was added since the last call, by group.
    mutating func takeAll() -> [(group: UInt32, count: Int64, unique: Int64)] {
        let taken = touched.map { place in
            (group: place == counts.count - 1 ? NameTable.none : UInt32(place), count: counts[place].count, unique: counts[place].unique)
        }
        for place in touched { counts[place] = (0, 0) }
        touched.removeAll(keepingCapacity: true)
        return taken
    }
}
