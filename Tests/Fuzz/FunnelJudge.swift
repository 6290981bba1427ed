// SPDX-License-Identifier: MIT

/// What must be true of every funnel, whatever bytes or rows it was made of.
enum FunnelJudge {
    struct Difference: Error { let what: String }

    // MARK: - Saved funnels

    /// What loads must save as the same bytes, and answer everything.
    static func judge(saved bytes: [UInt8]) throws {
        let funnel: Funnel
        do {
            funnel = try Funnel(loading: bytes)
        } catch {
            return try expect(error.code == .argument, "an error other than argument: \(error)")
        }
        try expect(try funnel.savedBytes == bytes, "a loaded funnel saves other bytes")
        try judgeSums(of: funnel)
        // Names that no row uses are not merged, so the bytes may differ, but never an answer.
        let merged = Funnel()
        try merged.merge(funnel)
        try expect(merged.groupings == funnel.groupings, "a merged funnel answers otherwise")
        // Its counts may be so high that this is refused.
        try? merged.merge(funnel)
        _ = merged.groupings
    }

    private static let counts = ["opens", "clicks", "sent", "undelivered", "bounces", "unsubscribes", "report_spam", "onsite"]

    /// Groups are parts of the whole, and so are the times before and after a moment.
    private static func judgeSums(of funnel: Funnel) throws {
        for group in FunnelQuery.Group.allCases {
            let summary = try funnel.summary(FunnelQuery(groupBy: group))
            guard case .array(let groups) = summary["groups"] else { throw Difference(what: "no groups") }
            for name in counts { try expect(sum(name, of: groups) == summary.integer(name), "the sum of \(name) by \(group)") }
        }
        let dated = try funnel.summary(FunnelQuery(dateFrom: "1970-01-01"))
        let before = try funnel.summary(FunnelQuery(dateTo: "2024-09-02 11:59:59"))
        let after = try funnel.summary(FunnelQuery(dateFrom: "2024-09-02 12:00:00"))
        for name in counts {
            try expect(sum(name, of: [before, after]) == dated.integer(name), "the sum of \(name) before and after")
        }
    }

    private static func sum(_ name: String, of summaries: [JSON]) -> Int64? {
        summaries.reduce(0) { sum, part in part.integer(name).flatMap { more in sum.map { $0 + more } } }
    }

    // MARK: - Rows

    /// Pages in order, pages merged the other way round, and their saved form tell what the oracle of the tests tells.
    static func judge(pages: [(kind: RowKind, bytes: [UInt8])]) throws {
        let whole = Funnel()
        var parts: [Funnel] = []
        var rows: [FunnelRow] = []
        for page in pages {
            let tree = Jansson(page.bytes)
            let read = withExtendedLifetime(tree) { tree?.rows?.map { FunnelRow($0, page.kind) } }
            let before = try whole.savedBytes
            do {
                try page.bytes.withUnsafeBytes { try whole.add(page.kind, $0) }
            } catch {
                try expect(read == nil, "rows that jansson accepts are refused: \(error)")
                try expect(try whole.savedBytes == before, "refused rows changed the funnel")
                continue
            }
            guard let read else { throw Difference(what: "rows that jansson refuses are counted") }
            rows += read
            let part = Funnel()
            try page.bytes.withUnsafeBytes { try part.add(page.kind, $0) }
            parts.append(part)
        }
        let merged = Funnel()
        for part in parts.reversed() { try merged.merge(part) }
        let saved = try whole.savedBytes
        try expect(try merged.savedBytes == saved, "merged pages save other bytes")
        let loaded = try Funnel(loading: saved)
        try expect(try loaded.savedBytes == saved, "a loaded funnel saves other bytes")
        try judge(loaded, rows)
    }

    private static func judge(_ funnel: Funnel, _ rows: [FunnelRow]) throws {
        // The oracle does not know the longest name of a domain.
        guard rows.allSatisfy({ $0.domain?.count ?? 0 <= 253 }) else { return }
        let oracle = FunnelOracle(rows)
        let window = FunnelQuestions.windows[rows.count % FunnelQuestions.windows.count]
        for query in FunnelQuestions.groupings(window, campaign: rows.count % 4 == 3 ? rows.first?.campaign : nil) {
            let (found, wanted) = (try funnel.summary(query).text, oracle.summary(query))
            try expect(found == wanted, "\(query): \(found), not \(wanted)")
        }
    }

    private static func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        guard condition else { throw Difference(what: what()) }
    }
}

extension Funnel {
    /// From memory that ends with the bytes, so that AddressSanitizer sees one read behind them.
    fileprivate convenience init(loading bytes: [UInt8]) throws(InwiseError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        try self.init(loading: UnsafeRawBufferPointer(memory))
    }
}

extension FunnelRow {
    /// The row as jansson reads it.
    fileprivate init(_ row: Jansson.Node, _ kind: RowKind) {
        func text(_ field: StaticString) -> String? { Jansson.text(field, of: row).map { String(decoding: $0, as: UTF8.self) } }
        self.init(
            kind: kind, campaign: Jansson.integer("campaign_id", of: row), contact: Jansson.integer("contact_id", of: row),
            type: text("action_type"), date: text(kind.date.name).flatMap(Self.seconds), source: text("sending_source"), email: text("email"))
    }

    /// A date that the C library writes as it stands, and that a funnel knows.
    private static func seconds(_ date: String) -> Int64? {
        let bytes = Array(date.utf8)
        guard bytes.count == 10 || bytes.count == 19, bytes.count == 10 || [0x20, 0x54].contains(bytes[10]) else { return nil }
        let plain = String(decoding: bytes.prefix(10), as: UTF8.self) + " "
            + (bytes.count == 10 ? "00:00:00" : String(decoding: bytes.suffix(8), as: UTF8.self))
        guard plain.utf8.allSatisfy({ (0x30...0x39).contains($0) || "- :".utf8.contains($0) }),
            plain.split(whereSeparator: { "- :".contains($0) }).count == 6
        else { return nil }
        let seconds = TestTime.seconds(plain)
        return TestTime.text(seconds) == plain && (1...Int64(UInt32.max)).contains(seconds) ? seconds : nil
    }
}

extension JSON {
    fileprivate func integer(_ name: String) -> Int64? {
        guard case .integer(let value) = self[name] else { return nil }
        return value
    }
}
