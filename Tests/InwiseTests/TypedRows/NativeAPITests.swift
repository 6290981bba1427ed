// SPDX-License-Identifier: MIT

import Foundation
import Testing

@testable import Inwise

/// The native API without waiting, on a sandbox.
@Suite struct NativeAPITests {
    static let url = "sandbox:?seed=7&contacts=300&now=2024-09-20T12:00:00"
    static let campaign: Int64 = 1_958_368

    @Test func `a cursor of typed rows gives what the raw one gives`() throws {
        let client = try InwiseClient(Self.url)
        let rows = client.activities(campaignID: Self.campaign, dateFrom: "2024-01-01", pageSize: 100)
        #expect(rows.info == nil)
        let cursor = try rows.cursor()
        var typed: [Activity] = []
        while let activity = try cursor.next() { typed.append(activity) }
        #expect(try cursor.next() == nil)
        let raw = try client.cursor(.activities, Query(campaignID: Self.campaign, dateFrom: "2024-01-01"))
        var identities: [Int64?] = []
        while let page = try raw.next() {
            guard case .array(let more)? = VectorCase.parse(page) else { break }
            identities += more.map { $0["id"]?.integer }
        }
        #expect(typed.map(\.id) == identities && typed.count > 50)
        #expect(rows.info?.rows == typed.count && rows.info?.windowDefaulted == false)
        #expect(try cursor.info().rows == typed.count)
    }

    @Test func `rows and pages can be taken in turn, each row once`() throws {
        let client = try InwiseClient(Self.url)
        let cursor = try client.sentEmails(dateFrom: "2024-01-01", pageSize: 50).cursor()
        var rows: [SentEmail] = []
        for _ in 0..<7 { rows.append(try #require(try cursor.next())) }
        while let page = try cursor.nextPage() {
            rows += page
            if let one = try cursor.next() { rows.append(one) }
        }
        #expect(Set(rows.map(\.rowIndex)).count == rows.count)
        var other = try client.sentEmails(dateFrom: "2024-01-01").cursor().nextPage().map { $0 } ?? []
        other.removeAll { row in rows.contains(row) }
        #expect(other.isEmpty && rows.count > 300)
    }

    @Test func `the funnel of walks equals the service's summary`() throws {
        let client = try InwiseClient(Self.url)
        let funnel = InwiseFunnel()
        try funnel.add(client.sentEmails(campaignID: Self.campaign, dateFrom: "2024-01-01"))
        try funnel.add(client.undelivered(campaignID: Self.campaign))
        try funnel.add(client.activities(campaignID: Self.campaign, dateFrom: "2024-01-01"))
        let summary = try funnel.summary(FunnelQuery(groupBy: .campaign))
        let service = try client.activitiesSummary(campaignID: Self.campaign)
        #expect(summary.counts == service.counts && service.opens == summary.counts.opens && service.extra.members.isEmpty)
        #expect(summary.counts.opensUnique > 0)
        #expect(summary.groups.map(\.name) == ["\(Self.campaign)"] && summary.groups[0].counts == summary.counts)
        #expect(summary.groups[0].timeToOpen == summary.timeToOpen && (summary.timeToOpen?.contacts ?? 0) > 0)
        #expect(summary.rates.delivered == summary.counts.sent - summary.counts.bouncesUnique)
        #expect(summary.rates.open == Double(summary.counts.opensUnique) / Double(try #require(summary.rates.delivered)))
        #expect(summary.description.hasPrefix("{\"opens\":"))
    }

    @Test func `a walk that fails adds nothing to a funnel`() throws {
        let client = try InwiseClient("\(VectorServer.base)/pages/failure-in-between", options: [("max_retries", .integer(0)), ("page_size", .integer(2))])
        let funnel = InwiseFunnel()
        #expect(throws: InwiseError.self) { try funnel.add(client.activities()) }
        #expect(try funnel.save() == InwiseFunnel().save())
    }

    @Test func `a feed hands each row out once`() throws {
        let client = try InwiseClient(Self.url)
        #expect(try !client.recentActivities().isEmpty)
        #expect(try client.recentActivities().isEmpty)
        #expect(try !client.recentSentEmails().isEmpty || client.recentUndelivered().isEmpty)
    }

    @Test func `a summary that the service doesn't give whole says what is missing`() {
        let summary = ActivitiesSummary([("opens", .integer(5)), ("clicks", .string("many")), ("new", .bool(true))])
        #expect(summary.opens == 5 && summary.clicks == nil && summary.sent == nil && summary.counts == nil)
        #expect(summary.extra == .object([("clicks", .string("many")), ("new", .bool(true))]))
    }

    @Test func `every option goes by its name in the contract`() throws {
        let options = InwiseClient.Options(
            timeoutSeconds: 1, connectTimeoutSeconds: 2, maxRetries: 3, maxRetryDelaySeconds: 4, pagesInFlight: 5, requestsPerSecond: 6,
            pageSize: 7, pageBase: 1, proxy: "", caFile: "/dev/null", userAgent: "a", maxResponseBytes: 2048, allowInsecure: false,
            paths: [.activities: "/a"], parameterNames: ["page_size": "rows"])
        let members = options.members(apiKey: "k")
        var reader = OptionReader(members, as: "options")
        let remote = try RemoteOptions(base: "http://127.0.0.1", &reader)
        try reader.finish()
        #expect(members.count == 16 && remote.timeoutSeconds == 1 && remote.connectTimeoutSeconds == 2 && remote.maxRetries == 3)
        #expect(remote.maxRetryDelaySeconds == 4 && remote.pagesInFlight == 5 && remote.requestsPerSecond == 6 && remote.pageSize == 7)
        #expect(remote.pageBase == 1 && remote.proxy == "" && remote.caFile == "/dev/null" && remote.userAgent == "a")
        #expect(remote.maxResponseBytes == 2048 && remote.path(.activities) == "/a" && remote.parameterName("page_size") == "rows")
        #expect(InwiseClient.Options().members(apiKey: nil).isEmpty)
        var all = options
        (all.readOnly, all.now) = (true, "2024-09-20T12:00:00")
        #expect(try all.members(apiKey: "k").map(\.name) == Self.keysOfHeader())
    }

    /// The keys of options at `inwise_open`: what every source takes, and what a mirror does.
    private static func keysOfHeader() throws -> [String] {
        let root = VectorServer.folder.deletingLastPathComponent().deletingLastPathComponent()
        let header = try String(contentsOf: root.appending(path: "include/inwise.h"), encoding: .utf8)
        let table = header.components(separatedBy: "Options of a remote source.")[1].components(separatedBy: "inwise_open(")[0]
        return table.split(separator: "\n").filter { $0.hasPrefix(" *   \"") }.map { String($0.split(separator: "\"")[1]) }
    }

    @Test func `an option or a date that is not allowed is named`() throws {
        for (options, key) in [
            (InwiseClient.Options(timeoutSeconds: 0), "timeout_seconds"), (.init(timeoutSeconds: .nan), "timeout_seconds"),
            (.init(pagesInFlight: 65), "pages_in_flight"), (.init(pageBase: 2), "page_base"), (.init(caFile: "/nowhere"), "ca_file"),
        ] {
            let error = #expect(throws: InwiseError.self) { try InwiseClient(options: options) }
            #expect(error?.code == .argument && error?.parameter == key)
        }
        let client = try InwiseClient(Self.url)
        let index = #expect(throws: InwiseError.self) { try client.page(.activities, Query(pageIndex: .max)) }
        #expect(index?.parameter == "page_index")
        let error = #expect(throws: InwiseError.self) { try client.activities(dateFrom: "yesterday").cursor() }
        #expect(error?.parameter == "date_from" && error?.method == "activities")
    }

    @Test func `nothing that shows a client shows its key`() throws {
        let client = try InwiseClient("http://127.0.0.1:9/rest", apiKey: VectorCase.key)
        var dumped = ""
        dump(client, to: &dumped)
        let rows = client.activities()
        dump(rows, to: &dumped)
        dump(try rows.cursor(), to: &dumped)
        dump(try client.cursor(.activities), to: &dumped)
        dumped += "\(client) \(String(reflecting: client)) \(rows)"
        #expect(!dumped.contains(VectorCase.key) && dumped.contains("http://127.0.0.1:9/rest"))
    }
}
