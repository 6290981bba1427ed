// SPDX-License-Identifier: MIT

/// Tells rows that a walk has not seen from those it has.
///
/// While identities come in one order, a range suffices, whatever the number of rows. Only a service without
/// order costs a set of them.
struct SeenRows {
    enum Order { case unknown, ascending, descending, none }

    private(set) var order = Order.unknown
    /// What has been seen, in an order: all that the service has between these two, as far as is known.
    private(set) var lowest: Int64 = .max
    private(set) var highest: Int64 = .min
    private(set) var isEmpty = true
    private var set: Set<Int64> = []
    /// The new rows of the last pages: should the order break, these are what can come again.
    private var recent: [[Int64]] = []
    private var recentRows = 0
    /// Whether those are all that were seen.
    private(set) var isWhole = true
    private static let mostRecentPages = 64
    private static let mostRecentRows = 65_536

    /// How a page lies to what has been seen.
    struct View {
        /// Positions of the rows that are new.
        var fresh: [Int]
        /// How many rows were seen before; with `fresh` not all of them where some arrived since the walk began.
        var repeated = 0
        /// The page also holds a row that was seen: nothing can lie between.
        var overlaps = false
        /// All its rows are newer than the oldest that was seen: the page has been pushed back by arrivals.
        var liesAbove = false
    }

    /// Learns the order from a page; true if what was known of it no longer holds.
    ///
    /// - Parameter isGapless: whether all rows between the ends of what was seen have been seen, as far as is known.
    mutating func learnOrder(_ identities: [Int64], areOwn: Bool, isGapless: Bool) -> Bool {
        guard order != .none else { return false }
        let found = areOwn ? Self.order(of: identities) : .none
        if hasLateRow(identities) || (isGapless && hasStranger(identities)) { return loseOrder() }
        switch (order, found) {
        case (_, .none): return loseOrder()
        case (.unknown, .unknown):
            if !isEmpty, let only = identities.first {
                if only < lowest { order = .descending }
                if only > highest { order = .ascending }
            }
        case (.unknown, _): order = found
        case (_, .unknown): break
        default: if order != found { return loseOrder() }
        }
        return false
    }

    /// Whether a row came after all that were seen, and yet lies among the old ones. What merely arrived meanwhile lies above
    /// all of them, so that on a page the newest of them follows it.
    private func hasLateRow(_ identities: [Int64]) -> Bool {
        guard order == .descending, !isEmpty else { return false }
        return identities.indices.dropLast().contains { identities[$0] > highest && identities[$0 + 1] < highest }
    }

    /// Whether a row lies within what was seen, and was not: the pages are in an order each, but not together.
    private func hasStranger(_ identities: [Int64]) -> Bool {
        guard !isEmpty, let last = recent.last, let first = recent.first else { return false }
        // Rows come again from the last pages only; who is older than those can't be told.
        let bounds = [last.first, last.last, first.first, first.last].compactMap { $0 }
        guard let low = bounds.min(), let high = bounds.max() else { return false }
        // Mostly the page before has them.
        return identities.contains { id in
            id >= low && id <= high && recent.lastIndex { Self.holds($0, id, ascending: order != .descending) } == nil
        }
    }

    /// Whether a page in an order holds a row.
    private static func holds(_ page: [Int64], _ id: Int64, ascending: Bool) -> Bool {
        var (low, high) = (0, page.count)
        while low < high {
            let middle = (low + high) / 2
            if page[middle] == id { return true }
            if (page[middle] < id) == ascending { low = middle + 1 } else { high = middle }
        }
        return false
    }

    /// From here on a set tells. True, for `learnOrder`.
    @discardableResult mutating func loseOrder() -> Bool {
        order = .none
        for page in recent { set.formUnion(page) }
        recent = []
        return true
    }

    func view(of identities: [Int64]) -> View {
        var view = View(fresh: [])
        view.fresh.reserveCapacity(identities.count)
        switch order {
        case .ascending:
            for (index, id) in identities.enumerated() {
                if id > highest || isEmpty { view.fresh.append(index) } else { view.repeated += 1 }
            }
            view.overlaps = view.repeated > 0
        case .descending, .unknown:
            for (index, id) in identities.enumerated() {
                if id < lowest || isEmpty { view.fresh.append(index) } else if id <= highest { view.repeated += 1 }
            }
            view.overlaps = view.fresh.count < identities.count
            view.liesAbove = view.fresh.isEmpty && !isEmpty && (identities.last.map { $0 > lowest } ?? false)
        case .none:
            var here: Set<Int64> = []
            for (index, id) in identities.enumerated() {
                if !set.contains(id), here.insert(id).inserted { view.fresh.append(index) } else { view.repeated += 1 }
            }
            view.overlaps = view.repeated > 0
        }
        return view
    }

    /// Takes in the new rows of a page.
    mutating func insert(_ identities: [Int64], fresh: [Int]) {
        guard !fresh.isEmpty else { return }
        if order == .none {
            for index in fresh { set.insert(identities[index]) }
        } else {
            recent.append(fresh.count == identities.count ? identities : fresh.map { identities[$0] })
            recentRows += fresh.count
            while recent.count > 1, recent.count > Self.mostRecentPages || recentRows > Self.mostRecentRows {
                recentRows -= recent.removeFirst().count
                isWhole = false
            }
            for index in fresh {
                lowest = min(lowest, identities[index])
                highest = max(highest, identities[index])
            }
        }
        isEmpty = false
    }

    private static func order(of identities: [Int64]) -> Order {
        guard identities.count > 1 else { return .unknown }
        let ascends = identities[0] < identities[1]
        for index in 1..<identities.count {
            let (previous, current) = (identities[index - 1], identities[index])
            guard ascends ? previous < current : previous > current else { return .none }
        }
        return ascends ? .ascending : .descending
    }
}
