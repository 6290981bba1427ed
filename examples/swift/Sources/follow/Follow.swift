// SPDX-License-Identifier: MIT
//
// Follows the activity feed, a line for each row. Reading the feed CONSUMES it: nobody else gets these rows.
//
//     INWISE_API_KEY=… swift run follow https://api.inwise.com/rest/v1 [POLLS [SECONDS]]

import Foundation
import Inwise

func exit(saying message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

@main struct Follow {
    static func main() async {
        let arguments = CommandLine.arguments
        let polls = arguments.count > 2 ? Int(arguments[2]) : 0
        let seconds = arguments.count > 3 ? Double(arguments[3]) : 60
        guard (2...4).contains(arguments.count), let polls, polls >= 0, let seconds, (0...86400).contains(seconds) else {
            exit(saying: "usage: follow URL [POLLS [SECONDS]]")
        }

        do {
            let client = try InwiseClient(arguments[1], apiKey: ProcessInfo.processInfo.environment["INWISE_API_KEY"])
            var poll = 0
            repeat {
                if poll > 0 { try await Task.sleep(for: .seconds(seconds)) }
                poll += 1
                var rows: [Activity]
                repeat {
                    rows = try await client.recentActivities()
                    for row in rows {
                        print(
                            row.actionDate?.description ?? "-", row.actionType?.rawValue ?? "-", row.campaignID.map(String.init) ?? "-",
                            row.contactID.map(String.init) ?? "-")
                    }
                    fflush(nil)
                } while rows.count == 1000
            } while poll != polls
        } catch {
            exit(saying: "follow: \(error)")
        }
    }
}
