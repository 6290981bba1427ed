// SPDX-License-Identifier: MIT

/// Guesses on which page a row lies that arrivals have pushed away, from where other rows were seen.
///
/// Identities grow about evenly, so the distance in rows follows from the distance in identities; and how far the guess moved
/// since the last page is how fast rows arrive. Wrong guesses cost requests, nothing else.
struct RowFinder {
    /// The row looked for, counted from the newest, as guessed last.
    private var position: Double?
    /// Rows by which it moves from one request to the next.
    private(set) var drift = 0.0
    private var lastTarget: Int64?
    /// How far identities of neighbours are apart.
    private var step = 1.0
    /// Requests made since.
    private var requests = 0

    /// The page to look at next.
    ///
    /// - Parameters:
    ///   - identities: those of the page looked at, newest first, at least one.
    ///   - start: rows before that page.
    ///   - unit: rows to a page.
    mutating func page(for target: Int64, after identities: [Int64], start: Int, unit: Int) -> Int {
        guard let newest = identities.first, let oldest = identities.last else { return start / max(1, unit) }
        if identities.count > 1 { step = max(1, (Double(newest) - Double(oldest)) / Double(identities.count - 1)) }
        let guess: Double
        if oldest > target {
            guess = Double(start + identities.count - 1) + (Double(oldest) - Double(target)) / step
        } else if newest < target {
            guess = Double(start) - (Double(target) - Double(newest)) / step
        } else {
            guess = Double(start + (identities.firstIndex { $0 <= target } ?? 0))
        }
        // Only the same row seen twice tells how far it has moved.
        if let position, target == lastTarget { drift = max(0, guess - position) / Double(requests + 1) }
        position = guess
        lastTarget = target
        requests = 0
        let page = (guess + drift) / Double(max(1, unit))
        return page.isFinite ? Int(min(max(page, 0), 1e9)) : 0
    }

    /// A page was read without a guess: rows arrived meanwhile.
    mutating func skip() { requests += 1 }
}
