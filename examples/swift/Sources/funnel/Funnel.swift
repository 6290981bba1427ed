// SPDX-License-Identifier: MIT
//
// Prints a campaign's funnel, counted from every row, beside the service's own summary.
//
//     INWISE_API_KEY=… swift run funnel https://api.inwise.com/rest/v1 1958368
//
// Exit code 0 if the two agree, 1 if they don't, 2 if something failed.

import Foundation
import Inwise

/// The stages to show: as counted, and as the service states them.
let stages: [(name: String, counted: @Sendable (FunnelCounts) -> Int64, stated: @Sendable (ActivitiesSummary) -> Int64?)] = [
    ("sent", \.sent, \.sent),
    ("undelivered", \.undelivered, \.undelivered),
    ("opens", \.opens, \.opens),
    ("opens_unique", \.opensUnique, \.opensUnique),
    ("clicks", \.clicks, \.clicks),
    ("clicks_unique", \.clicksUnique, \.clicksUnique),
    ("bounces", \.bounces, \.bounces),
    ("bounces_unique", \.bouncesUnique, \.bouncesUnique),
    ("unsubscribes", \.unsubscribes, \.unsubscribes),
    ("unsubscribes_unique", \.unsubscribesUnique, \.unsubscribesUnique),
    ("webversions_unique", \.webversionsUnique, \.webversionsUnique),
    ("report_spam", \.reportSpam, \.reportSpam),
    ("report_spam_unique", \.reportSpamUnique, \.reportSpamUnique),
    ("onsite", \.onsite, \.onsite),
    ("onsite_unique", \.onsiteUnique, \.onsiteUnique),
]

func exit(saying message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

/// Text at the right end of a column.
func right(_ text: some CustomStringConvertible, _ width: Int) -> String {
    let text = "\(text)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

func bar(_ value: Int64, of whole: Int64) -> String {
    let width = whole > 0 ? Int(value * 40 / whole) : 0
    return String(repeating: "█", count: min(max(width, value > 0 ? 1 : 0), 60))
}

@main struct Funnel {
    static func main() async {
        guard CommandLine.arguments.count == 3, let campaign = Int64(CommandLine.arguments[2]), campaign >= 0 else {
            exit(saying: "usage: funnel URL CAMPAIGN_ID")
        }

        do throws(InwiseError) {
            let client = try InwiseClient(CommandLine.arguments[1], apiKey: ProcessInfo.processInfo.environment["INWISE_API_KEY"])
            // Without a date the service answers for the past week only.
            let sent = client.sentEmails(campaignID: campaign, dateFrom: "2000-01-01")
            let undelivered = client.undelivered(campaignID: campaign, dateFrom: "2000-01-01")
            let activities = client.activities(campaignID: campaign, dateFrom: "2000-01-01")
            let funnel = InwiseFunnel()
            try await funnel.add(sent)
            try await funnel.add(undelivered)
            try await funnel.add(activities)
            let counted = try funnel.summary(FunnelQuery(campaignID: campaign)).counts
            let stated = try await client.activitiesSummary(campaignID: campaign)

            let pages = [sent.info, undelivered.info, activities.info].reduce(0) { $0 + ($1?.pages ?? 0) }
            print("Campaign \(campaign), \(pages) pages of rows\n\n" + right("counted", 31) + right("service", 11))
            var differences = 0
            for stage in stages {
                let (ours, theirs) = (stage.counted(counted), stage.stated(stated))
                if ours != theirs { differences += 1 }
                let label = stage.name.padding(toLength: 20, withPad: " ", startingAt: 0)
                print("\(label) \(right(ours, 10)) \(right(theirs.map(String.init) ?? "none", 10))  \(bar(ours, of: counted.sent))\(ours == theirs ? "" : "  they differ")")
            }
            if differences > 0 {
                print("\nThe rows and the service's summary differ in \(differences) of \(stages.count) counts.")
                exit(1)
            }
            print("\nThe rows add up to the service's summary in all \(stages.count) counts.")
        } catch {
            exit(saying: "\(error.method ?? "funnel"): \(error)")
        }
    }
}
