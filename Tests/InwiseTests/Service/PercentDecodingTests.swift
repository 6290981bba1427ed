// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Percent-decoding") struct PercentDecodingTests {
    @Test("reads what is UTF-8 and refuses what is not", arguments: [
        ("", ""), ("abc", "abc"), ("a+b", "a b"), ("a%20b%2Bc", "a b+c"), ("%D7%A9%d7%9c", "של"), ("ש", "ש"), ("%25", "%"),
        ("%", nil), ("%4", nil), ("%zz", nil), ("%2", nil), ("a%", nil), ("%00", nil), ("%ff", nil), ("%C0%80", nil), ("%ED%A0%80", nil),
        ("%D7", nil), ("%%20", nil), ("\u{0}", nil),
    ] as [(String, String?)])
    func text(encoded: String, decoded: String?) {
        #expect(PercentDecoding.text(encoded[...], form: true) == decoded)
    }

    @Test("leaves a plus in a path alone")
    func path() {
        #expect(PercentDecoding.text("/a+b", form: false) == "/a+b")
    }

    @Test("splits a query into parameters in their order", arguments: [
        ("", []), ("&&", []), ("a=1", ["a", "1"]), ("a=1&b=2&a=3", ["a", "1", "b", "2", "a", "3"]), ("a", ["a", ""]), ("=x", ["", "x"]),
        ("a=b=c", ["a", "b=c"]), ("a%3D=%26", ["a=", "&"]), ("date_from=2024-09-01+10:00:00", ["date_from", "2024-09-01 10:00:00"]),
    ])
    func parameters(query: String, expected: [String]) throws {
        let parameters = try PercentDecoding.parameters(query[...]) { .argument($0, "bad") }
        #expect(parameters.flatMap { [$0.name, $0.value] } == expected)
    }

    @Test("names the parameter that can't be read", arguments: [("a=1&b=%ff", "b"), ("%ff=1", ""), ("a=%", "a")])
    func bad(query: String, name: String) {
        let error = #expect(throws: InwiseError.self) {
            try PercentDecoding.parameters(query[...]) { .argument($0, "bad") }
        }
        #expect(error?.parameter == name)
    }
}
