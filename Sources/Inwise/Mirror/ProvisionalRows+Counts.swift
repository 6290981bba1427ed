// SPDX-License-Identifier: MIT

extension ProvisionalRows {
    /// What these rows add to a campaign's counts: rows, and contacts that have no other row, by stream.
    func counts(of campaign: Int64) throws(InwiseError) -> [Int64: (rows: Int64, contacts: Int64)] {
        guard try areThere() else { return [:] }
        let select = try store.statement(
            """
            SELECT kind, contact, type, count(*) FROM events WHERE \(Self.isProvisional) AND row IS NOT NULL AND campaign = ?1 \
            GROUP BY kind, contact, type ORDER BY kind, contact
            """)
        try select.bind(1, campaign)
        var groups: [(kind: RowKind, contact: Int64, type: Int64, rows: Int64)] = []
        do {
            defer { select.reset() }
            while try select.step() {
                guard let kind = select.string(0).flatMap({ RowKind(rawValue: $0) }) else { continue }
                groups.append((kind, select.integer(1), select.integer(2), select.integer(3)))
            }
        }
        let webVersions = [try store.names.existing("emailWebVersion"), try store.names.existing("emailPublicWebVersion")].compactMap { $0 }
        var counts: [Int64: (rows: Int64, contacts: Int64)] = [:]
        var last: (kind: RowKind, contact: Int64)?
        // Of the contact last met: the streams in which it counts without these rows, or has been met.
        var streams: Set<Int64> = []
        func add(_ stream: Int64, _ rows: Int64) {
            counts[stream, default: (0, 0)].rows += rows
            if streams.insert(stream).inserted { counts[stream, default: (0, 0)].contacts += 1 }
        }
        for group in groups {
            if last?.kind != group.kind || last?.contact != group.contact {
                last = (group.kind, group.contact)
                streams = try streamsOfOthers(group.kind, campaign, group.contact)
                if webVersions.contains(where: streams.contains) { streams.insert(StreamType.webVersions) }
            }
            add(StreamType.of(group.kind, name: group.type), group.rows)
            if group.kind == .activities, webVersions.contains(group.type) { add(StreamType.webVersions, group.rows) }
        }
        return counts
    }

    /// The streams of a campaign in which a contact has rows of the service's.
    private func streamsOfOthers(_ kind: RowKind, _ campaign: Int64, _ contact: Int64) throws(InwiseError) -> Set<Int64> {
        let layout = RowLayout.of(kind)
        let select = try store.statement(
            "SELECT DISTINCT \(layout.nameColumn) FROM \(layout.table) WHERE contact = ?1 AND campaign = ?2 AND arrival IS NOT \(RowLayout.provisional)")
        try select.bind(1, contact)
        try select.bind(2, campaign)
        defer { select.reset() }
        var streams: Set<Int64> = []
        while try select.step() { streams.insert(StreamType.of(kind, name: select.optional(0))) }
        return streams
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
