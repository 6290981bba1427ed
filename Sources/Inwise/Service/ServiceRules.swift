// SPDX-License-Identifier: MIT

/// What the vendor's pages leave open, decided.
struct ServiceRules: Sendable {
    /// How ids are written.
    enum IDs: Sendable { case numbers, strings }

    /// Rows come newest first: by date, then id. Oldest first otherwise.
    var newestFirst = true
    /// The number of the first page in a request, 0 or 1. `Query.pageIndex` counts from 0 whatever this is.
    var pageBase = 0

    /// Whether recent rows are kept for those who name themselves.
    var keepsConsumers = false

    /// Rows to a page that isn't asked for by size.
    static let defaultPageSize = 100
    /// Most rows to a page; who asks for more gets as many.
    static let largestPageSize = 1000
    /// Without any date, sent mails and activities are those of so many seconds up to now, and of later.
    static let defaultWindow: Int64 = 7 * WallTime.secondsPerDay
}
