// SPDX-License-Identifier: MIT

/// What failures mean for a window.
extension WindowReader {
    /// What a failure means for the window; nil to go on with the same walk.
    mutating func failed(_ error: InwiseError, hasPages: Bool, hasMoved: Bool) throws(InwiseError) -> WalkEnd? {
        failures += 1
        try sync.checkCancelled()
        switch error.code {
        case .network:
            guard failures < Self.mostFailures else { throw error }
            return nil
        case .timeout, .server, .http, .protocol:
            // The range can be answered, since other pages of it were: the page may be had the next time.
            if hasPages, failures < Self.mostFailures { return nil }
            // What has come is behind it: a new walk asks for less.
            if hasMoved { return .cut }
            let most = error.code == .timeout ? Self.mostTimeouts : Self.mostHalvings
            // An audit's window is not kept: what can't be read of it stays a difference, which is reported.
            // Where dates are of no effect and pages came, it is not the range that is too long.
            let mayHelp = isKept && sync.totals.halvings < most && !(hasPages && sync.grain(window.kind) == .none)
            guard mayHelp, let halves = halves(part: sync.totals.halvings + 1) else {
                window.problem = error.message
                let window = window
                if isKept { try sync.step { ledger throws(InwiseError) in try ledger.update(window) } }
                // The others may do better, unless nothing has been had at all.
                if sync.totals.pages > 0 { sync.totals.halvings = 0 }
                return .stuck(error)
            }
            try replace(by: halves)
            sync.totals.halvings += 1
            try sync.stepDone("rows", window.kind, window)
            return .halved
        default: throw error
        }
    }

    /// The window in two, the newer one a half of it, or a quarter, an eighth …; nil if the service has no answers for less.
    ///
    /// - Parameter part: how many times it is halved.
    func halves(part: Int) -> (newer: SyncWindow, older: SyncWindow)? {
        var end = window.last ?? max(sync.now, window.first)
        // Halved and still without end: the service may want both dates. Then what is dated further in the future is left to the feed.
        let isClosed = window.last == nil && sync.totals.halvings > 0
        if isClosed { end = end.adding(2 * WallTime.secondsPerDay) }
        let span = end.seconds - window.first.seconds
        let least = min(sync.grain(window.kind), .day).rawValue
        guard span >= least else { return nil }
        let part = max(least, span >> Int64(min(part, 62)))
        var (older, newer) = (window, window)
        older.last = end.adding(-part)
        newer.first = end.adding(-part + 1)
        if isClosed { newer.last = end }
        (newer.counts, newer.expected, older.expected) = (RowCounts(), nil, nil)
        return (newer, older)
    }

    /// The newer one takes the window's place, and so comes next: what is too long is halved until it can be read, and only then the rest.
    func replace(by halves: (newer: SyncWindow, older: SyncWindow)) throws(InwiseError) {
        try sync.step { ledger throws(InwiseError) in
            try ledger.update(halves.newer)
            try ledger.add(halves.older)
        }
    }
}
