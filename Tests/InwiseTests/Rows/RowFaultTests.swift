// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// What a person reads when an answer is no page of rows.
@Suite struct RowFaultTests {
    @Test("A fault says what happened, where, what was expected and what to do", arguments: [
        ("", "is empty: at byte 0 a JSON array of rows was expected. Check the URL"),
        (" \n", "is empty: at byte 2 "),
        ("<html>", "looks like an HTML page: at byte 0 a JSON array of rows was expected. Check the URL"),
        ("\n<!DOCTYPE html>", "looks like an HTML page: at byte 1 "),
        ("{\"error\":\"x\"}", "is a JSON object where an array of rows was expected, at byte 0. Check the URL"),
        ("Bad gateway", "is not JSON: at byte 0 a JSON array of rows was expected. Check the URL"),
        ("\u{FEFF}[]", "begins with a byte-order mark: at byte 0 "),
        ("[", "breaks off at byte 1, where a row, which is a JSON object, was expected. Ask again"),
        ("[{\"a\":1}", "breaks off at byte 8, where a comma or a closing bracket was expected."),
        ("[{\"a\":1", "breaks off at byte 7, where a comma or a closing brace was expected."),
        ("[{\"a\":", "breaks off at byte 6, where a value was expected."),
        ("[{\"a\":\"text", "breaks off at byte 11, where the end of a string was expected."),
        ("[{\"a\":tr", "breaks off at byte 8, where a value was expected."),
        ("[{\"a\"", "breaks off at byte 5, where a colon was expected."),
        ("[{", "breaks off at byte 2, where a name in quotes was expected."),
        ("[1]", "is no array of rows: at byte 1 a row, which is a JSON object, was expected."),
        ("[{},]", "is no array of rows: at byte 4 a row, which is a JSON object, was expected."),
        ("[{\"a\":1,}]", "is not valid JSON: at byte 8 a name in quotes was expected."),
        ("[{\"a\":nul}]", "at byte 6 a value was expected."),
        ("[{\"a\":-}]", "at byte 7 a digit was expected."),
        ("[{\"a\":1.}]", "at byte 8 a digit was expected."),
        ("[{\"a\":01}]", "has a number with a leading zero at byte 6"),
        ("[{\"a\" 1}]", "at byte 6 a colon was expected."),
        ("[{\"a\":[1 2]}]", "at byte 9 a comma or a closing bracket was expected."),
        ("[{}] x", "at byte 5 the end of the text was expected."),
        ("[{\"contact_id\":9223372036854775808}]", "The number at byte 15, of \"contact_id\", does not fit 64 bits"),
        ("[{\"row_index\":-9223372036854775809}]", "The number at byte 14, of \"row_index\", does not fit 64 bits"),
        ("[{\"private\":9223372036854775808}]", "The number at byte 12 does not fit 64 bits"),
        ("[{\"id\":1e999}]", "The number at byte 7, of \"id\", is too large"),
        ("[{\"a\":\"b\u{1}\"}]", "has a bare control character in a string at byte 8"),
        ("[{\"a\":\"\\x\"}]", "has an escape that JSON doesn't know at byte 7"),
        ("[{\"a\":\"\\u12G4\"}]", "has an escape that JSON doesn't know at byte 7"),
        ("[{\"a\":\"\\udc00\"}]", "has half a surrogate pair at byte 7"),
        ("[{\"a\":\"\\ud800\\u0041\"}]", "has half a surrogate pair at byte 7"),
        ("[{\"a\":\"x\\u0000\"}]", "has a character \\u0000 at byte 8"),
        ("[{\"a\":" + String(repeating: "[", count: 3000), "is nested too deep at byte 2052: at most 2048 levels were expected."),
    ])
    func message(text: String, wanted: String) throws {
        let fault = try #require(try RowText.fault(text.utf8))
        #expect(fault.code == .protocol)
        #expect(fault.message.contains(wanted), "\(fault.message)")
        #expect(fault.message.hasPrefix("The ") && fault.message.hasSuffix("."))
    }

    @Test("What is not UTF-8 is told by its first wrong byte", arguments: [
        (Array("[{\"a\":\"שלום".utf8) + [0xC3, 0x22], 15), (Array("[{\"a\":\"".utf8) + [0xFF], 7), (Array("[{\"a\":\"12345678".utf8) + [0xED, 0xA0, 0x80], 15),
    ] as [([UInt8], Int)])
    func encoding(bytes: [UInt8], offset: Int) throws {
        let fault = try #require(try RowText.fault(bytes))
        #expect(fault.message.contains("is not UTF-8: byte \(offset) belongs to no character. Nothing was repaired."))
    }

    @Test("No message shows what the page holds", arguments: Array("\"\\,:{}[]0 \u{1}".utf8) + [0xFF])
    func discretion(byte: UInt8) throws {
        for index in RowCorpus.sample.indices {
            var page = RowCorpus.sample
            page[index] = byte
            guard let fault = try RowText.fault(page) else { continue }
            for secret in ["1958368", "4026531", "45.112", "example", "שלום", "additional", "nested", "emailC"] {
                #expect(!fault.message.contains(secret))
            }
        }
    }

    @Test("Every fault has a sentence for each kind of text", arguments: ScanFault.Reason.allCases)
    func everySentence(reason: ScanFault.Reason) {
        for text in [ScannedText.answer, .summary, .rows] {
            let error = ScanFault(reason: reason, offset: 4_294_967_296).error(in: text)
            #expect(error.message.contains("4294967296") && !error.message.contains("something else"))
            #expect(error.code == (reason == .memory ? .memory : .protocol))
        }
    }
}
