// SPDX-License-Identifier: MIT
//
// Writes every activity of a month as CSV.
//
//     INWISE_API_KEY=… swift run export https://api.inwise.com/rest/v1 2024-09 > activities.csv

import Foundation
import Inwise

func exit(saying message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

/// The last day of a month, `2024-09-30`; nil if there is no such month.
func lastDay(of month: String) -> String? {
    guard let first = LocalDateTime("\(month)-01") else { return nil }
    let days = (28...31).last { LocalDateTime(year: first.year, month: first.month, day: $0) != nil }
    return days.map { "\(month)-\($0)" }
}

/// A line of CSV, as RFC 4180 has it; what is nil is empty.
func line(_ cells: [String?]) -> String {
    let quoted = cells.map { cell in
        let text = cell ?? ""
        return text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    return quoted.joined(separator: ",") + "\r\n"
}

func text(_ number: Int64?) -> String? { number.map(String.init) }

@main struct Export {
    static func main() async {
        guard CommandLine.arguments.count == 3, let last = lastDay(of: CommandLine.arguments[2]) else {
            exit(saying: "usage: export URL YYYY-MM")
        }

        do throws(InwiseError) {
            let client = try InwiseClient(CommandLine.arguments[1], apiKey: ProcessInfo.processInfo.environment["INWISE_API_KEY"])
            print(line(["id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks", "additional_data"]), terminator: "")
            for try await row in client.activities(dateFrom: "\(CommandLine.arguments[2])-01", dateTo: last) {
                print(
                    line([
                        text(row.id), row.actionDate?.description, row.actionType?.rawValue, text(row.campaignID), text(row.contactID),
                        row.externalID, row.ip, row.remarks, row.additionalData,
                    ]), terminator: "")
            }
        } catch {
            exit(saying: "export: \(error)")
        }
    }
}
