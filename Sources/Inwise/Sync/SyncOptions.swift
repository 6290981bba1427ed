// SPDX-License-Identifier: MIT

/// What a sync brings in, and how; every part has a default.
public struct SyncOptions: Sendable, Equatable {
    /// Which campaigns are held against the service's own counts in the end.
    public enum Audit: String, Sendable, CaseIterable {
        /// Those with new rows.
        case touched
        /// All of the mirror, or of ``SyncOptions/campaignIDs``.
        case all
        /// No campaign.
        case none
    }

    /// These campaigns' rows alone; nil for all. The recent feeds are the account's, and all that they give is kept.
    public var campaignIDs: [Int64]?
    /// Which of ``Method/sentEmails``, ``Method/undelivered`` and ``Method/activities`` to mirror, and the recent feeds of these.
    public var methods: [Method] = Self.allMethods
    /// From where on the first sync reads: `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`. An earlier one later reads what lies between.
    public var dateFrom = "2000-01-01"
    /// Whether the recent feeds are read.
    public var recent = true
    /// Later syncs read from the newest date known less this; 0 to 31,536,000.
    public var overlapSeconds = 600
    /// What has reached one of these ages is read once more, since rows arrive late: up to 8, each 1 to 31,536,000 seconds.
    public var lateAges = [1800, 86_400, 604_800]
    /// How late a row can be: so far back is read where an answer of a recent feed was lost; 0 to 31,536,000 seconds.
    public var gapReachSeconds = 604_800
    /// Which campaigns are audited.
    public var audit = Audit.touched
    /// The sync stops after the step during which this time has passed; 0.001 to 86,400; nil for no limit.
    public var maxSeconds: Double?
    /// How long to wait for another sync into the same mirror; 0 to 86,400.
    public var waitSeconds: Double = 0

    static let allMethods: [Method] = [.sentEmails, .undelivered, .activities]
    private static let seconds: ClosedRange<Int64> = 0...31_536_000
    private static let mostAges = 8
    private static let mostCampaigns = 10_000

    /// Options with their defaults.
    public init() {}

    /// Reads an options object, and checks it.
    package init(parsing text: UnsafePointer<CChar>?) throws(InwiseError) {
        try self.init(JSON.object(parsing: text, as: "options"))
    }

    package init(_ members: [(name: String, value: JSON)]) throws(InwiseError) {
        var reader = OptionReader(members, as: "options of a sync")
        campaignIDs = try Self.campaigns(&reader)
        methods = try Self.methods(&reader) ?? methods
        dateFrom = try reader.string("date_from") ?? dateFrom
        recent = try reader.bool("recent") ?? recent
        overlapSeconds = try reader.integer("overlap_seconds", in: Self.seconds).map(Int.init) ?? overlapSeconds
        lateAges = try Self.ages(&reader) ?? lateAges
        gapReachSeconds = try reader.integer("gap_reach_seconds", in: Self.seconds).map(Int.init) ?? gapReachSeconds
        audit = try reader.choice("audit", Audit.allCases.map { ($0.rawValue, $0) }) ?? audit
        maxSeconds = try reader.number("max_seconds", in: 0.001...86_400)
        waitSeconds = try reader.number("wait_seconds", in: 0...86_400) ?? waitSeconds
        try reader.finish()
        try check()
    }

    /// What holds also of options that came from Swift.
    func check() throws(InwiseError) {
        _ = try Query.date(dateFrom, "date_from")
        guard methods.allSatisfy(\.isPaged) else {
            throw .argument("methods", "\"methods\" takes \"sentEmails\", \"undelivered\" and \"activities\": their recent feeds go with them.")
        }
        guard Self.seconds.contains(Int64(overlapSeconds)) else { throw Self.beyond("overlap_seconds", overlapSeconds) }
        guard Self.seconds.contains(Int64(gapReachSeconds)) else { throw Self.beyond("gap_reach_seconds", gapReachSeconds) }
        guard lateAges.count <= Self.mostAges, lateAges.allSatisfy({ $0 >= 1 && Self.seconds.contains(Int64($0)) }) else {
            throw .argument("late_ages", "\"late_ages\" takes up to \(Self.mostAges) ages, each of 1 to \(Self.seconds.upperBound) seconds.")
        }
        if let maxSeconds, !(0.001...86_400).contains(maxSeconds) {
            throw .argument("max_seconds", "\"max_seconds\" must be a number from 0.001 to 86400, not \(maxSeconds).")
        }
        guard (0...86_400).contains(waitSeconds) else {
            throw .argument("wait_seconds", "\"wait_seconds\" must be a number from 0 to 86400, not \(waitSeconds).")
        }
    }

    private static func beyond(_ key: String, _ value: Int) -> InwiseError {
        .argument(key, "\"\(key)\" must be an integer from 0 to \(seconds.upperBound), not \(value).")
    }

    // MARK: Arrays

    private static func campaigns(_ reader: inout OptionReader) throws(InwiseError) -> [Int64]? {
        guard let values = try reader.array("campaign_ids") else { return nil }
        var ids: [Int64] = []
        for value in values {
            guard let id = value.integer else {
                throw .argument("campaign_ids", "\"campaign_ids\" must hold integers, not \(value.kind).")
            }
            if !ids.contains(id) { ids.append(id) }
        }
        guard (1...mostCampaigns).contains(ids.count) else {
            throw .argument("campaign_ids", "\"campaign_ids\" must hold 1 to \(mostCampaigns) ids; leave it out for all campaigns.")
        }
        return ids
    }

    private static func methods(_ reader: inout OptionReader) throws(InwiseError) -> [Method]? {
        guard let values = try reader.array("methods") else { return nil }
        let named = values.map { value in value.string.flatMap { Method(rawValue: $0) } }
        guard named.allSatisfy({ $0?.isPaged == true }) else {
            throw .argument("methods", "\"methods\" must hold \"sentEmails\", \"undelivered\" or \"activities\" and nothing else.")
        }
        return allMethods.filter { named.contains($0) }
    }

    private static func ages(_ reader: inout OptionReader) throws(InwiseError) -> [Int]? {
        guard let values = try reader.array("late_ages") else { return nil }
        let ages = values.map(\.integer)
        guard ages.allSatisfy({ $0.map { $0 >= 1 && seconds.contains($0) } ?? false }), ages.count <= mostAges else {
            throw .argument("late_ages", "\"late_ages\" must hold up to \(mostAges) integers from 1 to \(seconds.upperBound), in seconds.")
        }
        return ages.compactMap { $0.map(Int.init) }.sorted()
    }
}
