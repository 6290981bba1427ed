// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Names are known without looking for their ends: every one of them, and nothing else.
@Suite struct MemberHeadTests {
    private func field(_ text: String) -> UInt8 {
        let padded = Array(text.utf8) + Array(repeating: UInt8(ascii: "x"), count: MemberHeads.reach)
        return padded.withUnsafeBytes { MemberHeads.shared.field(quotedAt: $0.baseAddress ?? UnsafeRawPointer(bitPattern: 8)!) }
    }

    @Test("Every field is known by its name, whatever comes behind it", arguments: RowField.allCases, ["", "1}", "\"", " ", "\0"])
    func known(field: RowField, behind: String) {
        #expect(self.field("\"\(field.name)\":\(behind)") == field.rawValue)
        let head = MemberHeads.shared.head(of: field.rawValue, beginsRow: behind.isEmpty)
        #expect(head.pointee.field == field.rawValue)
        #expect(head.pointee.beginsRow == behind.isEmpty)
    }

    @Test("A name with any letter changed is unknown", arguments: RowField.allCases)
    func changed(field: RowField) {
        let text = Array("\"\(field.name)\":".utf8)
        for index in text.indices {
            var other = text
            other[index] ^= 1
            let found = self.field(String(decoding: other, as: UTF8.self))
            #expect(found == MemberHeads.none || RowField(rawValue: found).map { "\"\($0.name)\":" == String(decoding: other, as: UTF8.self) } == true)
        }
    }

    @Test("Other names are unknown", arguments: [
        "\"\":", "\"i\":", "\"i", "\"idx\":", "\"id\" :", "\"id:", "id\":", "\"ID\":", "\"ips\":", "\"action\":", "\"action_dat\":", "\"action_date \":",
        "\"additional_data_\":", "\"additional_dat\":", "\"transaction\":", "\"remark\":", "\"reasons\":", "\"שם\":",
    ])
    func unknown(text: String) { #expect(field(text) == MemberHeads.none) }
}
