// SPDX-License-Identifier: MIT

/// Finds rows that slipped between two pages which were in the air at the same time.
///
/// Where the newest row comes first, an arrival pushes every row towards later pages. If the service answered page
/// 5 first, then took in a row, then answered page 4, the row on their border is on neither. So each border that is not
/// proven (by a row that is on both pages, or by page 5 being asked for after page 4 had come) is noted, and at the
/// end it is shown that no row has arrived meanwhile, or the border is read again.
struct GapCheck {
    /// A border to be read again: rows strictly between these two identities may be missing.
    struct Border {
        let above: Int64
        /// Nil where the end of all rows was seen.
        let below: Int64?
        /// The page at which to look for it.
        var page: Int
        /// The page under the border was asked for after the first page had come: if the first page is still the same,
        /// no row had arrived in between.
        let isBracketed: Bool
        /// The oldest row that has been read in one piece with `above`, once such a row has been.
        var reached: Int64?
        var finder = RowFinder()
        var steps = 0
        /// Pages in a row that ended where the one before did.
        var idleSteps = 0
        /// The page was asked for after its neighbour had come, so that no row can lie between them.
        var isInTurn = false
    }

    /// By a number of their own.
    private(set) var borders: [Int: Border] = [:]
    private var noted = 0
    /// A border that takes more pages than this to find again is not going to be found.
    private static let mostSteps = 200
    /// So many pages in a row that end alike are the last page again and again.
    private static let mostIdleSteps = 8

    var isEmpty: Bool { borders.isEmpty }

    mutating func note(above: Int64, below: Int64?, page: Int, isBracketed: Bool) {
        if let below {
            // Whole numbers next to each other: nothing fits between.
            let (distance, overflow) = above.subtractingReportingOverflow(below)
            if !overflow, distance <= 1 { return }
        }
        borders[noted] = Border(above: above, below: below, page: page, isBracketed: isBracketed)
        noted += 1
    }

    /// No row has arrived since the first page came.
    mutating func clearBracketed() { borders = borders.filter { !$0.value.isBracketed } }

    /// Arrivals have pushed everything back by this many pages.
    mutating func shift(byPages pages: Int) {
        for number in borders.keys { borders[number]?.page &+= pages }
    }

    mutating func remove(border number: Int) { borders[number] = nil }

    enum Outcome: Equatable { case closed, goesOn, lost }

    /// Takes the page that a border asked for, newest row first, and says which of its rows are missing ones.
    ///
    /// - Parameter unit: rows to a page; a shorter one is the last.
    mutating func examine(
        _ identities: [Int64], border number: Int, firstPage: Int, unit: Int
    ) -> (missing: [Int], outcome: Outcome) {
        guard var border = borders[number] else { return ([], .closed) }
        defer { borders[number] = border }
        border.steps += 1
        guard border.steps <= Self.mostSteps else { return ([], .lost) }
        let target = border.reached ?? border.above
        guard let newest = identities.first, let oldest = identities.last else {
            // Past the end. Next to what was read: there is no more. Otherwise pages were skipped too far.
            if border.isInTurn || border.page <= firstPage { return ([], .closed) }
            border.page = (firstPage + border.page) / 2
            border.finder.skip()
            return ([], .goesOn)
        }
        let liesAbove = oldest > target
        let liesBelow = newest < target && !border.isInTurn && border.page > firstPage
        if liesAbove || liesBelow {
            let next = border.finder.page(for: target, after: identities, start: border.page * unit, unit: unit)
            let neighbour = border.page + 1
            border.page = liesAbove ? max(next, neighbour) : max(firstPage, min(next, border.page - 1))
            border.isInTurn = border.page == neighbour
            border.idleSteps = 0
            return ([], .goesOn)
        }
        let missing = identities.indices.filter { index in
            identities[index] < target && border.below.map { identities[index] > $0 } ?? true
        }
        if border.below.map({ oldest <= $0 }) ?? false || identities.count < unit { return (missing, .closed) }
        border.idleSteps = oldest == target && border.reached != nil ? border.idleSteps + 1 : 0
        if border.idleSteps > Self.mostIdleSteps { return (missing, .closed) }
        border.reached = oldest
        let neighbour = border.page + 1
        let next = border.finder.page(for: oldest, after: identities, start: border.page * unit, unit: unit)
        border.page = border.finder.drift > 0 ? max(next, border.page) : neighbour
        border.isInTurn = border.page == neighbour
        return (missing, .goesOn)
    }
}
