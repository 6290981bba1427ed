// SPDX-License-Identifier: MIT

extension Sync {
    /// Comparisons of a campaign before what differs is reported: rows may arrive between the two numbers.
    private static let mostRounds = 3
    /// Campaigns whose summary could not be had before the rest is left for the next sync.
    private static let mostUnaudited = 3
    /// Ranges of a campaign's that can't be read before its difference is left.
    private static let mostFailures = 32
    /// Rows that are read again without looking for the days that differ first.
    private static let fewRows = 2 * ServiceRules.largestPageSize

    /// Holds the service's own counts against the mirror's.
    func audit() throws(InwiseError) {
        let campaigns = try campaignsToAudit()
        guard !campaigns.isEmpty else { return }
        // A method that is not mirrored has nothing to compare. Where none is named all that are count.
        let mirrored = try look { ledger throws(InwiseError) in
            var kinds: [RowKind] = []
            for kind in RowKind.allCases { if try !ledger.scopes(kind).isEmpty { kinds.append(kind) } }
            return kinds
        }
        let kinds = mirrored.filter { self.kinds.isEmpty || self.kinds.contains($0) }
        for campaign in campaigns {
            guard stopped == nil else { return }
            guard totals.unaudited < Self.mostUnaudited else { return }
            var audit = CampaignAudit(campaign, kinds)
            var wasAsked = true
            for round in 1...Self.mostRounds {
                let before = audit.service
                guard let service = try serviceCounts(of: campaign) else {
                    wasAsked = false
                    break
                }
                let mirror = try look { ledger throws(InwiseError) in try CampaignSummary(of: campaign, in: ledger.store, confirmed: true).counts }
                audit.compare(service, mirror)
                // Again only where reading brought something, or the service's own numbers move.
                guard !audit.isEqual, stopped == nil, round == 1 || service != before, round < Self.mostRounds else { break }
                try mend(&audit)
            }
            guard wasAsked else { continue }
            totals.audits.append(audit)
            // What differs is audited again, and told again, until it doesn't.
            if stopped == nil, audit.isEqual { try step { ledger throws(InwiseError) in try ledger.noteAudited(campaign) } }
            try stepDone("audit", campaign: campaign)
        }
    }

    private func campaignsToAudit() throws(InwiseError) -> [Int64] {
        guard options.audit != .none else { return [] }
        let campaigns = try look { ledger throws(InwiseError) in
            try options.audit == .all ? ledger.campaigns() : ledger.touchedCampaigns()
        }
        guard let named = options.campaignIDs else { return campaigns }
        return options.audit == .all ? named : campaigns.filter { named.contains($0) }
    }

    /// The service's summary by field; nil where it has none of the campaign.
    private func serviceCounts(of campaign: Int64) throws(InwiseError) -> [String: Int64]? {
        totals.traffic.requests += 1
        let text: ByteBuffer
        var query = Query(campaignID: campaign)
        query.isConfirmed = true
        do throws(InwiseError) {
            text = try from.answer(.activitiesSummary, query, entry(.activitiesSummary))
        } catch {
            switch error.code {
            case .notFound:
                totals.note("The service has no summary of campaign \(campaign) (HTTP 404): it can't be audited.")
                try step { ledger throws(InwiseError) in try ledger.noteAudited(campaign) }
            case .timeout, .server, .http, .protocol:
                totals.unaudited += 1
                totals.note("Campaign \(campaign) could not be audited; the next sync asks again. \(error.message)")
            default: throw error
            }
            return nil
        }
        totals.traffic.bytes += text.count
        var counts: [String: Int64] = [:]
        for (name, value) in try JSON.object(parsing: text.text, as: "summary") { if let count = value.integer { counts[name] = count } }
        return counts
    }

    // MARK: Mending

    /// Looks for the days in which the mirror has other rows than the service, and reads them again.
    private func mend(_ audit: inout CampaignAudit) throws(InwiseError) {
        var looked: [(RowKind, String?)] = []
        for field in audit.differences.map(\.field) {
            for (kind, type) in CampaignAudit.rows(of: field) {
                guard !looked.contains(where: { $0 == (kind, type) }) else { continue }
                looked.append((kind, type))
                var window = SyncWindow(kind: kind, campaign: audit.campaign, first: WallTime(seconds: 0), last: nil, reasons: .audit)
                window.first = try since(kind, audit.campaign)
                window.actionType = type
                try mend(window, &audit)
                guard stopped == nil else { return }
            }
        }
    }

    /// From where on the mirror has a campaign's rows.
    private func since(_ kind: RowKind, _ campaign: Int64) throws(InwiseError) -> WallTime {
        let known = try look { ledger throws(InwiseError) -> WallTime? in
            if let own = try ledger.coverage(kind, campaign) { return own.since }
            return try ledger.coverage(kind, nil)?.since
        }
        return known ?? DateText(options.dateFrom).map { WallTime(first: $0) } ?? WallTime(seconds: 0)
    }

    private func mend(_ window: SyncWindow, _ audit: inout CampaignAudit) throws(InwiseError) {
        let rows = try look { ledger throws(InwiseError) in try ledger.rows(in: window) }
        // Below a day, or where reading costs no more than looking.
        if rows <= Self.fewRows || window.spansOneDay(now) { return try reread(window, &audit) }
        guard try differs(window, rows), stopped == nil else { return }
        for half in window.halvesByDay(now) { try mend(half, &audit) }
    }

    private func reread(_ window: SyncWindow, _ audit: inout CampaignAudit) throws(InwiseError) {
        var window = window
        window.settled = WallTime(seconds: .max)
        var reader = WindowReader(self, window)
        let outcome = try reader.read()
        audit.days.formUnion(reader.newDays)
        audit.recovered += reader.newRows
        guard case .stuck = outcome else {
            if reader.absent > 0 { audit.days.formUnion(try absentDays(reader)) }
            return
        }
        // A shorter range may do. What can't be read stays a difference, which is reported.
        audit.failures += 1
        guard audit.failures < Self.mostFailures, !window.spansOneDay(now) else { return }
        for half in window.halvesByDay(now) where stopped == nil { try reread(half, &audit) }
    }

    /// The days of rows that the mirror has of a window, and that did not come.
    private func absentDays(_ reader: WindowReader) throws(InwiseError) -> Set<Int64> {
        let came = reader.keys
        return try look { ledger throws(InwiseError) in
            var days: Set<Int64> = []
            for mark in try ledger.marks(in: reader.window) where !came.contains(mark.key) {
                days.insert(WallTime(seconds: mark.date).startOfDay.seconds)
            }
            return days
        }
    }

    /// Whether the service has another number of rows in a window than the mirror. Two rows tell: the one that must be the last, and the one
    /// behind it.
    private func differs(_ window: SyncWindow, _ rows: Int) throws(InwiseError) -> Bool {
        for (place, mustBe) in [(rows - 1, true), (rows, false)] {
            var query = window.query(window.asked())
            query.pageSize = 1
            query.pageIndex = place
            totals.traffic.requests += 1
            let answer: ByteBuffer
            do throws(InwiseError) {
                answer = try from.answer(Method.of(window.kind), query, entry(Method.of(window.kind)))
            } catch {
                // A service may refuse a page that it doesn't have.
                guard error.code == .notFound || error.code == .http else { throw error }
                if mustBe { return true }
                continue
            }
            totals.traffic.bytes += answer.count
            let count = try RowPage(answer, window.kind).count
            // More than was asked for: it doesn't count rows as it is told to.
            if count > 1 || (count == 1) != mustBe { return true }
        }
        return false
    }
}

extension SyncWindow {
    /// Whether its dates are of one day; a window without end has them up to tomorrow.
    fileprivate func spansOneDay(_ now: WallTime) -> Bool { last.map { $0.startOfDay == first.startOfDay } ?? (first > now) }

    /// In two, between two days.
    fileprivate func halvesByDay(_ now: WallTime) -> [SyncWindow] {
        let end = last ?? max(now, first).adding(WallTime.secondsPerDay)
        let days = (end.startOfDay.seconds - first.startOfDay.seconds) / WallTime.secondsPerDay
        let border = first.startOfDay.adding(max(1, (days + 1) / 2) * WallTime.secondsPerDay)
        var (older, newer) = (self, self)
        older.last = border.adding(-1)
        newer.first = border
        return [newer, older]
    }
}
