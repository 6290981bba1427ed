// SPDX-License-Identifier: MIT

extension Tally {
    /// Counts campaigns anew from their rows, where rows that had been counted have changed. Inside a transaction that writes.
    func rebuild(_ campaigns: Set<Int64>) throws(InwiseError) {
        _ = try flush()
        // The log's entries hold several campaigns each.
        try gather()
        for campaign in campaigns.sorted() {
            for sql in [
                "DELETE FROM contact_sets WHERE stream IN (SELECT id FROM streams WHERE campaign = ?1)",
                "UPDATE streams SET rows = 0, contacts = 0 WHERE campaign = ?1",
            ] {
                let statement = try store.statement(sql)
                try statement.bind(1, campaign)
                try statement.run()
            }
        }
        forget()
        store.noteChange()
        for campaign in campaigns.sorted() {
            for kind in RowKind.allCases { try recount(campaign, kind) }
        }
    }

    private func recount(_ campaign: Int64, _ kind: RowKind) throws(InwiseError) {
        let layout = RowLayout.of(kind)
        let select = try store.statement("SELECT \(layout.nameColumn), contact FROM \(layout.table) WHERE campaign = ?1")
        try select.bind(1, campaign)
        defer { select.reset() }
        while try select.step() {
            try count(campaign: campaign, type: StreamType.of(kind, name: select.optional(0)), contact: select.optional(1))
        }
    }
}

extension StreamType {
    /// What a row counts to.
    @inline(__always)
    static func of(_ kind: RowKind, name: Int64?) -> Int64 {
        switch kind {
        case .sentEmails: sent
        case .undelivered: undelivered
        case .activities: name ?? none
        }
    }
}
