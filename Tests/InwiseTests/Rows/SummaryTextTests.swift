// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite struct SummaryTextTests {
    @Test("Quoted integers of the top level become integers and all else stays", arguments: [
        ("{\"opens\":\"812\",\"clicks\":3}", "{\"opens\":812,\"clicks\":3}"),
        (" { \"opens\" : \"-1\" , \"x\" : \"01\" } ", " { \"opens\" : -1 , \"x\" : \"01\" } "),
        ("{\"a\":{\"b\":\"1\"},\"c\":[\"2\"],\"d\":\"\\u0033\"}", "{\"a\":{\"b\":\"1\"},\"c\":[\"2\"],\"d\":3}"),
        ("{\"note\":\"9223372036854775808\",\"max\":\"9223372036854775807\"}", "{\"note\":\"9223372036854775808\",\"max\":9223372036854775807}"),
    ])
    func normalized(text: String, wanted: String) throws {
        #expect(try RowText.string(SummaryText.normalized(RowText.buffer(text.utf8))) == wanted)
    }

    @Test("A summary with nothing to change is its own buffer", arguments: ["{}", " { } ", "{\"opens\":1,\"x\":\"y\",\"n\":null}"])
    func untouched(text: String) throws {
        let buffer = try RowText.buffer(text.utf8)
        #expect(try SummaryText.normalized(buffer) === buffer)
        #expect(RowText.string(buffer) == text)
    }

    @Test("What is no object is refused with its place", arguments: [
        ("", "is empty: at byte 0 a JSON object was expected."), ("[{}]", "is a JSON array where an object was expected, at byte 0."),
        ("<p>", "looks like an HTML page: at byte 0 a JSON object was expected."), ("{\"a\":1}}", "at byte 7 the end of the text was expected."),
        ("{\"a\":99999999999999999999}", "The number at byte 5 does not fit 64 bits"), ("{\"a\":1", "breaks off at byte 6"), ("null", "is not JSON: at byte 0 "),
    ])
    func refused(text: String, wanted: String) throws {
        let buffer = try RowText.buffer(text.utf8)
        let error = #expect(throws: InwiseError.self) { try SummaryText.normalized(buffer) }
        #expect(error?.code == .protocol)
        #expect(error?.message.contains(wanted) == true, "\(error?.message ?? "")")
    }

    @Test("A summary is judged and read as jansson judges and reads it", arguments: [7, 8] as [UInt64])
    func differential(seed: UInt64) throws {
        var random = FixedSeed(seed)
        var objects = RowCorpus.pages.filter { $0.count > 4 && $0.count < 3000 }.map { Array($0.dropFirst().dropLast()) }
        for _ in 0..<3000 {
            var object = random.pick(objects)
            let at = Int.random(in: 0..<object.count, using: &random)
            object[at] = random.once(in: 2) ? random.pick(Array("\"\\,:{}[]012 ".utf8)) : UInt8.random(in: 0...255, using: &random)
            objects.append(object)
        }
        for object in objects { try RowJudge.compareSummary(object) }
    }
}
