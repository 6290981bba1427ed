// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// A mirror's file, and an account that it is synced with.
struct SyncedMirror {
    static let noon = WallTime(seconds: 1_726_833_600)

    let account: FakeAccount
    let folder = TemporaryFolder()

    /// - Parameter rows: of each kind, about one an hour up to noon.
    init(rows: Int = 150, newestFirst: Bool = true, seed: UInt64 = 1) throws {
        var random = FixedSeed(seed)
        let pages = RowKind.allCases.map { kind in
            (kind, "[" + (0..<rows).map { Self.row(kind, 1000 + $0, Self.noon.adding(Int64($0 - rows) * 3600), &random) }.joined(separator: ",") + "]")
        }
        account = try FakeAccount(now: Self.noon, newestFirst: newestFirst, pages)
    }

    static func row(_ kind: RowKind, _ id: Int, _ date: WallTime, _ random: inout FixedSeed) -> String {
        """
        {"\(kind.identityField)":\(id),"\(kind == .activities ? "action_date" : kind == .sentEmails ? "date_sent" : "create_date")":"\(date.text)",\
        "campaign_id":\(random.pick([1, 2])),"contact_id":\(Int.random(in: 1...9, using: &random)),"action_type":"\(random.pick(["emailOpened", "emailClicked"]))"}
        """
    }

    /// Lets rows arrive at the service.
    func arrive(_ kind: RowKind = .activities, _ rows: [(id: Int, date: WallTime)]) throws {
        var random = FixedSeed(UInt64(rows.first?.id ?? 0))
        _ = try account.store.take(kind, "[" + rows.map { Self.row(kind, $0.id, $0.date, &random) }.joined(separator: ",") + "]")
    }

    func client() throws -> InwiseClient { try InwiseClient("file:" + folder["m.db"], options: [("now", .string(account.now.text.replacing(" ", with: "T")))]) }

    /// One sync, in a process of its own as it were.
    @discardableResult
    func sync(_ options: SyncOptions = SyncOptions(), _ progress: ((SyncProgress) -> Bool)? = nil) throws -> SyncReport {
        let (from, into) = (account.client(), try client())
        defer {
            from.close()
            into.close()
        }
        return try from.sync(into: into, options, progress: progress)
    }

    func store() throws -> Store { Store(try MirrorFile.open(folder["m.db"], readOnly: false)) }

    /// Holds every row and every count against the account's.
    func check(_ what: @autoclosure () -> String, kinds: [RowKind] = RowKind.allCases) throws {
        let store = try store()
        for kind in kinds {
            let (found, expected) = (try store.everything(kind), try account.store.everything(kind))
            #expect(found.count == expected.count && Set(found) == Set(expected), "\(what()): \(kind), missing \(Set(expected).subtracting(found).prefix(3))")
        }
        guard kinds == RowKind.allCases else { return }
        for campaign in [1, 2] as [Int64] {
            #expect(try CampaignSummary(of: campaign, in: store) == CampaignSummary(of: campaign, in: account.store), "\(what()): campaign \(campaign)")
        }
    }
}

extension SyncReport {
    /// A count of a method, or of its feed.
    func count(_ kind: RowKind, _ field: String) -> Int64? {
        let method = json["methods"]?[kind.rawValue]
        return method?[field]?.integer ?? method?["recent"]?[field]?.integer
    }

    func list(_ name: String) -> [JSON] {
        if case .array(let items)? = json[name] { items } else { [] }
    }
}
