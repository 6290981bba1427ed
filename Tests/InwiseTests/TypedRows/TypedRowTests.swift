// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// What the golden vectors don't show of typed rows.
@Suite struct TypedRowTests {
    private func activities(_ json: String) throws -> [Activity] {
        let page = ByteBuffer()
        try page.append(json)
        return try RowDecoder(.activities) { Activity(&$0, $1) }.rows(of: page)
    }

    @Test(arguments: [
        // A name that comes twice: the last counts, whatever either of them is.
        ("[{\"id\":\"x\",\"id\":5}]", Int64?(5), JSON.object([])),
        ("[{\"id\":5,\"id\":\"x\"}]", nil, .object([("id", .string("x"))])),
        ("[{\"id\":5,\"id\":null}]", nil, .object([])),
        ("[{\"i\\u0064\":5,\"\\u0078\":1}]", 5, .object([("x", .integer(1))])),
        ("[{\"id\":1.0}]", nil, .object([("id", .real(1))])),
        ("[{\"id\":\"05\"}]", nil, .object([("id", .string("05"))])),
        ("[{\"id\":\"\"}]", nil, .object([("id", .string(""))])),
        ("[{\"id\":\"9223372036854775808\"}]", nil, .object([("id", .string("9223372036854775808"))])),
        ("[{\"id\":[],\"x\":{}}]", nil, .object([("id", .array([])), ("x", .object([]))])),
    ] as [(String, Int64?, JSON)])
    func `what a field doesn't take stays in extra`(_ json: String, _ id: Int64?, _ extra: JSON) throws {
        let row = try #require(try activities(json).first)
        #expect(row.id == id && row.extra == extra)
    }

    @Test(arguments: RowKind.allCases) func `pages by hand, and values in every field, are read by the rules`(_ kind: RowKind) throws {
        for page in RowCorpus.pages { try TypedRowJudge.judge(page, kind) }
        let values = ["null", "1", "-0", "1.5", "\"1\"", "\"-9223372036854775808\"", "\"x\"", "\"\\u0031\"", "true", "[]", "{}", "\"2024-09-02\"", "\"2024-02-30\"", "\"2024-09-02T13:59:0\\u0030\""]
        for field in RowField.allCases {
            for (first, second) in values.flatMap({ first in values.map { (first, $0) } }) {
                try TypedRowJudge.judge(Array("[{\"\(field.name)\":\(first),\"\(field.name)\":\(second),\"new\":0},{\"\(field.name)\":\(first)}]".utf8), kind)
            }
        }
    }

    @Test func `rows of more than one batch keep their order and their own extra`() throws {
        let rows = (0..<20_000).map { $0 % 7 == 0 ? "{\"id\":\($0),\"n\":\($0)}" : "{\"id\":\($0),\"ip\":\"\($0)\"}" }
        let typed = try activities("[\(rows.joined(separator: ","))]")
        #expect(typed.map(\.id) == (0..<20_000).map { Int64($0) })
        for (number, row) in typed.enumerated() {
            #expect(row.extra == .object(number % 7 == 0 ? [("n", .integer(Int64(number)))] : []))
            #expect(row.ip == (number % 7 == 0 ? nil : "\(number)"))
        }
    }

    @Test func `a row that is nested too deep for a host's stack is refused, and named`() throws {
        func row(_ levels: Int) -> String { "[{\"x\":" + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}]" }
        #expect(try activities(row(511)).first?.extra.members.count == 1)
        let error = #expect(throws: InwiseError.self) { try activities(row(512)) }
        #expect(error?.code == .protocol && error?.message.contains("512") == true)
    }

    @Test func `rows of a page that is no page are an error`() throws {
        for text in ["", "{}", "[1]", "[{\"id\":}]", "[{\"id\":1}"] {
            let error = #expect(throws: InwiseError.self) { try activities(text) }
            #expect(error?.code == .protocol)
        }
    }

    @Test func `an action type is its name, known or not`() {
        for name in ["emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailWebVersion", "emailPublicWebVersion", "emailPrinted", "emailReportSpam", "onSite"] {
            let type = ActionType(rawValue: name)
            if case .other = type { Issue.record("\(name) is not known") }
            #expect(type.rawValue == name && type == .other(name) && type.hashValue == ActionType.other(name).hashValue)
        }
        #expect(ActionType(rawValue: "emailTeleported") == .other("emailTeleported"))
        #expect("emailTeleported" as ActionType == .other("emailTeleported") && ActionType.other("x").description == "x")
    }

    @Test func `a document can be asked for its parts`() {
        let json = JSON.object([("a", .array([.integer(1), .real(0.5)])), ("b", .string("c"))])
        #expect(json["a"]?[0]?.integer == 1 && json["a"]?[1]?.number == 0.5 && json["a"]?[0]?.number == 1 && json["b"]?.string == "c")
        #expect(json["a"]?[2] == nil && json["c"] == nil && json[0] == nil && json["b"]?["x"] == nil)
        #expect(json == .object([("b", .string("c")), ("a", .array([.integer(1), .real(0.5)]))]))
        #expect(json != .object([("b", .string("c"))]) && JSON.null != .bool(false))
        #expect("\(json)" == "{\"a\":[1,0.5],\"b\":\"c\"}")
    }

    @Test func `names and texts that look alike are different`() {
        let json = JSON.object([("\u{E9}", .integer(1)), ("e\u{301}", .integer(2))])
        #expect(json["\u{E9}"]?.integer == 1 && json["e\u{301}"]?.integer == 2)
        #expect(json != .object([("\u{E9}", .integer(1)), ("\u{E9}", .integer(2))]) && JSON.string("\u{E9}") != .string("e\u{301}"))
        #expect(ActionType.other("\u{E9}") != .other("e\u{301}"))
    }

    @Test(arguments: [
        (JSON.real(0.30000000000000004), "0.30000000000000004"), (.real(1.7976931348623157e308), "1.7976931348623157e+308"), (.real(.nan), "null"),
        (.real(0.1), "0.1"), (.integer(.min), "-9223372036854775808"), (.object([("a", .null), ("a\u{0}b", .bool(true))]), "{\"a\":null,\"a\\u0000b\":true}"),
        (.string("\"\\\u{1F}\n\t\r\u{7F}\u{1F600}"), "\"\\\"\\\\\\u001f\\n\\t\\r\u{7F}\u{1F600}\""), (.array([.array([]), .object([])]), "[[],{}]"),
    ])
    func `a document's text is the document`(_ json: JSON, _ text: String) { #expect(json.description == text) }
}
