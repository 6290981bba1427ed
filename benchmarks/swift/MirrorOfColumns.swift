// SPDX-License-Identifier: MIT

import Glibc
import Inwise

/// Fills a mirror with rows that come in binary columns, by way of pages as the service writes them.
enum MirrorOfColumns {
    private static let rowsToPage = 1000
    private static let types = [
        "emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailReportSpam", "emailPrinted", "onSite",
    ]

    static func write(_ folder: String, to path: String) throws {
        func integers(_ name: String) throws -> UnsafeBufferPointer<Int64> {
            try contents(of: "\(folder)/\(name).i64").bindMemory(to: Int64.self)
        }
        let (ids, dates) = (try integers("id"), try integers("date"))
        let (campaigns, contacts) = (try integers("campaign"), try integers("contact"))
        let kinds = try contents(of: "\(folder)/type.u8")
        removeMirror(path)
        let mirror = try MirrorIngest(path: path)
        for start in stride(from: 0, to: ids.count, by: rowsToPage) {
            var page: [UInt8] = []
            page.reserveCapacity(rowsToPage * 160)
            for row in start..<min(start + rowsToPage, ids.count) {
                append(row == start ? "[{\"id\":" : ",{\"id\":", ids[row], to: &page)
                page += ",\"action_date\":\"".utf8
                append(date: dates[row], to: &page)
                append("\",\"contact_id\":", contacts[row], to: &page)
                append(",\"campaign_id\":", campaigns[row], to: &page)
                page += ",\"action_type\":\"".utf8
                page += types[Int(kinds[row])].utf8
                page += "\"}".utf8
            }
            page.append(UInt8(ascii: "]"))
            let buffer = ByteBuffer()
            try page.withUnsafeBytes { try buffer.append($0) }
            _ = try mirror.add(.activities, buffer)
        }
        try mirror.seal(.activities)
    }

    private static func append(_ text: StaticString, _ number: Int64, to page: inout [UInt8]) {
        page += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        page += String(number).utf8
    }

    private static func append(date: Int64, to page: inout [UInt8]) {
        var seconds = time_t(date)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        page += text[..<length].map(UInt8.init(bitPattern:))
    }
}
