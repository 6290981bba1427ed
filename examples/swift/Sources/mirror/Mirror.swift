// SPDX-License-Identifier: MIT
//
// Brings a mirror in step with a source, tells a campaign's funnel from it, and hands its new activities to a consumer, "crm".
//
//     INWISE_API_KEY=… swift run mirror https://api.inwise.com/rest/v1 file:mirror.db 1958368
//
// Exit code 0, 1 if the mirror is not complete, or 2 if something failed.

import Foundation
import Inwise

func say(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
}

func exit(saying message: String) -> Never {
    say("\(message)\n")
    exit(2)
}

/// Text at the right end of a column.
func right(_ text: some CustomStringConvertible, _ width: Int) -> String {
    let text = "\(text)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// The elements of an array, and none of anything else.
func elements(_ json: JSON?) -> [JSON] {
    if case .array(let elements)? = json { elements } else { [] }
}

func printReport(_ report: SyncReport) {
    for name in ["sentEmails", "undelivered", "activities"] {
        let method = report.json["methods"]?[name]
        let news = (method?["new"]?.integer ?? 0) + (method?["recent"]?["new"]?.integer ?? 0)
        print(name.padding(toLength: 11, withPad: " ", startingAt: 0), right(news, 8), "new rows")
    }
    guard !report.isComplete else {
        print("The mirror is complete.")
        return
    }
    let pending = elements(report.json["pending"]).count
    let gaps = elements(report.json["gaps"]).count { $0["healed"] != .bool(true) }
    let audit = report.json["audit"]
    let differing = (audit?["checked"]?.integer ?? 0) - (audit?["equal"]?.integer ?? 0)
    print("The mirror is not complete: \(pending) windows to read, \(gaps) gaps, \(differing) campaigns that differ.")
}

/// What "crm" has not acknowledged; acknowledged once it is printed.
func handOver(_ mirror: InwiseClient) throws(InwiseError) {
    while true {
        let rows = try mirror.recentActivities(consumer: "crm")
        guard !rows.isEmpty else { return }
        for row in rows {
            print(
                row.actionDate?.description ?? "-", row.actionType?.rawValue ?? "-", row.campaignID.map(String.init) ?? "-",
                row.contactID.map(String.init) ?? "-")
        }
        fflush(nil)
        try mirror.acknowledge(.recentActivities, consumer: "crm")
    }
}

func work(_ source: InwiseClient, _ mirror: InwiseClient, _ campaign: Int64) throws(InwiseError) -> Int32 {
    let isTerminal = isatty(STDERR_FILENO) == 1
    defer { if isTerminal { say("\n") } }
    let report = try source.sync(into: mirror) { state in
        if isTerminal { say("\r\(state.rows) rows") }
        return true
    }
    printReport(report)
    let summary = try mirror.activitiesSummary(campaignID: campaign)
    print("Campaign \(campaign): \(summary.sent ?? 0) sent, \(summary.opensUnique ?? 0) opened, \(summary.clicksUnique ?? 0) clicked")
    try handOver(mirror)
    return report.isComplete ? 0 : 1
}

@main struct Mirror {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let campaign = Int64(arguments[3]), campaign >= 0 else {
            exit(saying: "usage: mirror URL MIRROR CAMPAIGN_ID")
        }
        do throws(InwiseError) {
            let source = try InwiseClient(arguments[1], apiKey: ProcessInfo.processInfo.environment["INWISE_API_KEY"])
            exit(try work(source, InwiseClient(arguments[2]), campaign))
        } catch {
            exit(saying: "\(error.method ?? "mirror"): \(error)")
        }
    }
}
