// SPDX-License-Identifier: MIT

extension ProvisionalRows {
    /// What these rows add to a campaign's counts: rows, and contacts that have no other row, by stream.
    func counts(of campaign: Int64) throws(InwiseError) -> [Int64: (rows: Int64, contacts: Int64)] {
        guard try areThere() else { return [:] }
        var counts: [Int64: (rows: Int64, contacts: Int64)] = [:]
        for kind in RowKind.allCases { try add(kind, campaign, to: &counts) }
        return counts
    }

    private func add(_ kind: RowKind, _ campaign: Int64, to counts: inout [Int64: (rows: Int64, contacts: Int64)]) throws(InwiseError) {
        let these = "FROM events WHERE \(Self.isProvisional) AND row IS NOT NULL AND campaign = ?1 AND kind = ?2"
        let groups = try store.statement("SELECT contact, type, count(*) \(these) GROUP BY contact, type ORDER BY contact")
        try groups.bind([.integer(campaign), .text(kind.rawValue)])
        defer { groups.reset() }
        guard try groups.step() else { return }
        // The streams in which the same contacts have rows of the service's. Each is looked up where there is an index to find it by;
        // before, all rows are read, once.
        let layout = RowLayout.of(kind), others = "campaign = ?1 AND arrival IS NOT \(RowLayout.provisional)"
        let streamsOfOthers = try store.statement(
            try store.isSealed(kind)
                ? """
                SELECT DISTINCT these.contact, \(layout.nameColumn) FROM (SELECT DISTINCT contact \(these)) these \
                CROSS JOIN \(layout.table) other ON other.contact = these.contact WHERE \(others) ORDER BY these.contact
                """
                : """
                SELECT DISTINCT contact, \(layout.nameColumn) FROM \(layout.table) NOT INDEXED \
                WHERE \(others) AND contact IN (SELECT contact \(these)) ORDER BY contact
                """)
        try streamsOfOthers.bind([.integer(campaign), .text(kind.rawValue)])
        defer { streamsOfOthers.reset() }
        var areMore = try streamsOfOthers.step()

        let webVersions = [try store.names.existing("emailWebVersion"), try store.names.existing("emailPublicWebVersion")].compactMap { $0 }
        var last: Int64?
        // Of the contact last met: the streams in which it counts without these rows, or has been met.
        var streams: Set<Int64> = []
        func add(_ stream: Int64, _ rows: Int64) {
            counts[stream, default: (0, 0)].rows += rows
            if streams.insert(stream).inserted { counts[stream, default: (0, 0)].contacts += 1 }
        }
        repeat {
            let (contact, type, rows) = (groups.integer(0), groups.integer(1), groups.integer(2))
            if last != contact {
                last = contact
                streams.removeAll(keepingCapacity: true)
                while areMore, streamsOfOthers.integer(0) == contact {
                    streams.insert(StreamType.of(kind, name: streamsOfOthers.optional(1)))
                    areMore = try streamsOfOthers.step()
                }
                if webVersions.contains(where: streams.contains) { streams.insert(StreamType.webVersions) }
            }
            add(StreamType.of(kind, name: type), rows)
            if kind == .activities, webVersions.contains(type) { add(StreamType.webVersions, rows) }
        } while try groups.step()
    }

    /// How many there are, the date of the oldest, and their campaigns.
    func standing() throws(InwiseError) -> (count: Int64, oldest: WallTime?, campaigns: [Int64]) {
        guard try areThere() else { return (0, nil, []) }
        let select = try store.statement("SELECT campaign, count(*), min(date) FROM events WHERE \(Self.isProvisional) GROUP BY campaign ORDER BY campaign DESC")
        defer { select.reset() }
        var standing: (count: Int64, oldest: WallTime?, campaigns: [Int64]) = (0, nil, [])
        while try select.step() {
            standing.campaigns.append(select.integer(0))
            standing.count += select.integer(1)
            let date = WallTime(seconds: select.integer(2))
            standing.oldest = min(standing.oldest ?? date, date)
        }
        return standing
    }
}
