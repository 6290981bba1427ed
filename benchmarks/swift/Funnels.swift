// SPDX-License-Identifier: MIT

import Glibc
import Inwise

/// For each campaign and type: how many activities, and how many contacts.
private enum FunnelAnswer {
    private static let fields = [
        ("emailOpened", "opens"), ("emailClicked", "clicks"), ("emailBounced", "bounces"), ("emailUnsubscribed", "unsubscribes"),
        ("emailReportSpam", "report_spam"), ("onSite", "onsite"),
    ]

    static func text(of summary: JSON) -> String {
        var lines: [(campaign: Int64, type: String, count: Int64, unique: Int64)] = []
        for group in summary["groups"].items {
            let campaign = group["campaign_id"].integer
            for (type, field) in fields {
                lines.append((campaign, type, group[field].integer, group[field + "_unique"].integer))
            }
            for (type, both) in group["types"].members {
                lines.append((campaign, type, both["count"].integer, both["unique"].integer))
            }
        }
        lines.sort { ($0.campaign, $0.type) < ($1.campaign, $1.type) }
        let texts = lines.filter { $0.count > 0 }.map { "[\($0.campaign),\"\($0.type)\",\($0.count),\($0.unique)]" }
        return "[\(texts.joined(separator: ","))]"
    }
}

extension JSON {
    fileprivate var members: [(name: String, value: JSON)] { if case .object(let members) = self { members } else { [] } }
    fileprivate var items: [JSON] { if case .array(let items) = self { items } else { [] } }
    fileprivate var integer: Int64 { if case .integer(let value) = self { value } else { 0 } }
    fileprivate subscript(name: String) -> JSON { members.first { $0.name == name }?.value ?? .null }
}

/// 1,000 pages, read from files, into a funnel.
final class FunnelOfPages: Work {
    private let folder: String
    private var funnel = Funnel()
    private var summary = JSON.null

    init(folder: String) { self.folder = folder }

    func perform() throws {
        funnel = Funnel()
        for number in 0..<1000 {
            let page = try contents(of: "\(folder)/\(pageName(number))")
            defer { page.deallocate() }
            try funnel.add(.activities, page)
        }
        summary = try funnel.summary(FunnelQuery(groupBy: .campaign))
    }

    func answer() -> String { FunnelAnswer.text(of: summary) }
}

/// 10 million events, in memory already, into a funnel.
final class FunnelOfColumns: Work {
    private let campaigns: UnsafeBufferPointer<Int64>
    private let contacts: UnsafeBufferPointer<Int64>
    private let types: UnsafeBufferPointer<UInt8>
    private static let names = [
        "emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailReportSpam", "emailPrinted", "onSite",
    ]
    private var summary = JSON.null

    init(folder: String) throws {
        campaigns = try contents(of: "\(folder)/campaign.i64").bindMemory(to: Int64.self)
        contacts = try contents(of: "\(folder)/contact.i64").bindMemory(to: Int64.self)
        types = try contents(of: "\(folder)/type.u8").bindMemory(to: UInt8.self)
    }

    func perform() throws {
        let funnel = Funnel()
        try funnel.addActivities(campaigns: campaigns, contacts: contacts, types: types, named: Self.names)
        summary = try funnel.summary(FunnelQuery(groupBy: .campaign))
    }

    func answer() -> String { FunnelAnswer.text(of: summary) }
}
