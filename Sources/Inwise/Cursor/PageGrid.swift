// SPDX-License-Identifier: MIT

/// Where the pages of a walk lie. The service skips `number × size` rows, so pages of one size only ever touch; pages that
/// grow smaller one row at a time overlap. A row on both of two pages proves that none was lost between them,
/// which matters where arrivals push rows from page to page while several pages are in the air.
///
/// Page k is k rows short, so it begins k rows (counting from 1: k - 1 rows) before its neighbour ends, whichever
/// way the service counts. After about √size pages one page's worth of rows has been read twice, and the grid goes on
/// with full pages from the one that ends there.
struct PageGrid {
    /// Rows to a page, at the most.
    let size: Int
    /// How many pages overlap.
    private let overlapping: Int
    /// The number of the first full page after them.
    private let resumed: Int

    init(size: Int) {
        self.size = size
        var pages = 1
        while pages * pages < size { pages += 1 }
        overlapping = size > 3 ? pages : 0
        resumed = size > 3 ? (pages * (size - pages + 1) - 1) / size : 0
    }

    /// The page that is looked at in this turn: its number, and how many rows to ask for.
    func page(_ turn: Int) -> (number: Int, size: Int) {
        turn < overlapping ? (turn, size - turn) : (resumed + turn - overlapping, size)
    }
}
