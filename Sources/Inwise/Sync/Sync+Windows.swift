// SPDX-License-Identifier: MIT

extension Sync {
    /// Reads the windows that are due.
    ///
    /// - Parameter isRetrying: whether also those that could not be read before.
    func readWindows(isRetrying: Bool) throws(InwiseError) {
        var failures: [InwiseError] = []
        for kind in kinds {
            var stuck = 0
            var tried: Set<Int64> = []
            while stopped == nil, stuck < Self.mostStuck {
                if mustBeginSentAnew { try beginSentAnew() }
                let next = try step { ledger throws(InwiseError) in
                    try ledger.windows(kind).first {
                        // All campaigns are these too.
                        (self.options.campaignIDs == nil || self.scopes.contains($0.campaign)) && !tried.contains($0.id) && (isRetrying || $0.problem == nil)
                    }
                }
                guard let next else { break }
                let pages = totals.pages
                var reader = WindowReader(self, next)
                guard case .stuck(let error) = try reader.read() else { continue }
                tried.insert(next.id)
                totals.add(problem: error, kind)
                // That one can't be read is known, and no sign of the service's health.
                guard next.problem == nil else { continue }
                failures.append(error)
                stuck = totals.pages > pages ? 1 : stuck + 1
            }
        }
        // Nothing at all can be read: that is no matter of windows.
        if let first = failures.first, totals.pages == 0, totals.windowsRead == 0 { throw first }
    }

    /// Windows of a method that can't be read, one after the other, before the rest is left for the next sync: a second that can't be
    /// read is in three.
    private static let mostStuck = 7
}
