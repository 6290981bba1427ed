// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite struct RowPageTests {
    // MARK: - Identities

    @Test("A row's identity is the kind's own field, number or string", arguments: [
        (RowKind.activities, "[{\"id\":5,\"row_index\":6}]"), (.undelivered, "[{\"row_index\":6,\"id\":\"5\"}]"),
        (.sentEmails, "[{\"id\":6,\"row_index\":5}]"), (.sentEmails, "[{\"row_index\":\"5\"}]"),
        (.activities, "[{\"id\":6,\"id\":5}]"), (.activities, "[{\"\\u0069d\":\"\\u0035\"}]"),
        (.activities, "[{\"nested\":{\"id\":6},\"id\":5,\"more\":[{\"id\":6}]}]"),
    ])
    func identity(kind: RowKind, text: String) throws {
        let page = try RowText.page(text, kind)
        #expect(page.identities == [5])
        #expect(page.hasIdentities)
    }

    @Test("Ids beyond 32 bits keep all their digits")
    func wideIdentities() throws {
        let page = try RowText.page("[{\"id\":2400463850},{\"id\":\"9223372036854775807\"},{\"id\":-9223372036854775808}]")
        #expect(page.identities == [2_400_463_850, .max, .min])
    }

    @Test("A row without an identity of its own has a negative one made of its bytes", arguments: [
        "{\"a\":1}", "{\"id\":null,\"a\":1}", "{\"id\":\"x\"}", "{\"id\":\"007\"}", "{\"id\":1.5}", "{\"id\":[1]}", "{}", "{\"id\":1,\"id\":null}",
        "{\"id\":\"9223372036854775808\"}",
    ])
    func madeIdentity(row: String) throws {
        let page = try RowText.page("[{\"id\":1},\(row)]")
        #expect(!page.hasIdentities)
        #expect(page.identities[0] == 1)
        #expect(page.identities[1] < 0)
        #expect(try RowText.page("[ {\"x\":2} ,\n\(row) , {\"id\":4}]").identities[1] == page.identities[1])
    }

    @Test("Equal rows without identity are told apart by their number, the same in every page")
    func equalRows() throws {
        let page = try RowText.page("[{\"a\":1},{\"a\":2},{\"a\":1},{\"id\":9},{\"a\":1}]")
        #expect(Set(page.identities).count == 5)
        let again = try RowText.page("[{\"a\":1},{\"a\":1},{\"a\":1},{\"a\":1}]")
        #expect(again.identities.prefix(3) == [page.identities[0], page.identities[2], page.identities[4]])
    }

    @Test("Many rows without identity get distinct ones")
    func manyMadeIdentities() throws {
        let rows = (0..<20_000).map { "{\"n\":\($0 % 5000)}" }
        #expect(try Set(RowText.page("[\(rows.joined(separator: ","))]").identities).count == 20_000)
    }

    @Test("A page without rows has all its identities", arguments: ["[]", " [\n] "])
    func noRows(text: String) throws {
        let page = try RowText.page(text)
        #expect(page.count == 0)
        #expect(page.identities.isEmpty && page.hasIdentities)
    }

    // MARK: - Text

    @Test("A page with nothing to change is its own buffer, byte for byte", arguments: [[0, 1], nil] as [[Int]?])
    func untouched(rows: [Int]?) throws {
        let text = " [ {\"id\" : 1, \"external_id\":\"7\",\"transaction_id\":\"8\"},\n{\"id\":2.50,\"x\":\"\\u05e9\"} ]\n"
        let buffer = try RowText.buffer(text.utf8)
        let page = try RowPage(buffer, .activities)
        let written = try page.text(keeping: rows)
        #expect(written === buffer)
        #expect(RowText.string(written) == text)
    }

    @Test("Quoted ids lose their quotes and everything else stays as it came", arguments: [
        ("[ {\"id\" : \"1\" , \"x\" : \"1\"} ]", "[ {\"id\" : 1 , \"x\" : \"1\"} ]"),
        ("[{\"row_index\":\"-9223372036854775808\",\"contact_id\":\"2\",\"campaign_id\":\"3\",\"message_size\":\"0\"}]",
         "[{\"row_index\":-9223372036854775808,\"contact_id\":2,\"campaign_id\":3,\"message_size\":0}]"),
        ("[{\"id\":\"1\",\"id\":\"2\"}]", "[{\"id\":1,\"id\":2}]"),
        ("[{\"\\u0069d\":\"\\u0031\\u0032\"}]", "[{\"\\u0069d\":12}]"),
        ("[{\"id\":\"1\",\"external_id\":\"1\",\"transaction_id\":\"2\",\"o\":{\"id\":\"3\"}}]", "[{\"id\":1,\"external_id\":\"1\",\"transaction_id\":\"2\",\"o\":{\"id\":\"3\"}}]"),
        ("[{\"id\":\"1\",\"contact_id\":\"007\",\"campaign_id\":\"+3\",\"row_index\":\"\"}]", "[{\"id\":1,\"contact_id\":\"007\",\"campaign_id\":\"+3\",\"row_index\":\"\"}]"),
        ("[{\"id\":\"1\",\"contact_id\":\"9223372036854775808\",\"e\":1E+2}]", "[{\"id\":1,\"contact_id\":\"9223372036854775808\",\"e\":1E+2}]"),
    ])
    func unquoted(text: String, wanted: String) throws {
        for kind in RowKind.allCases { #expect(try RowText.string(RowText.page(text, kind).text()) == wanted) }
    }

    @Test("Kept rows come whole and in order, neighbours with what stands between them", arguments: [
        ([], "[]"), ([0], "[{\"id\":1}]"), ([1], "[{\"id\":2,\"a\":\"x\"}]"), ([3], "[{\"id\":4}]"),
        ([0, 2], "[{\"id\":1},{ }]"), ([1, 2], "[{\"id\":2,\"a\":\"x\"} ,{ }]"), ([0, 1, 3], "[{\"id\":1},\n {\"id\":2,\"a\":\"x\"},{\"id\":4}]"),
        ([0, 1, 2, 3], " [{\"id\":1},\n {\"id\":2,\"a\":\"x\"} ,{ }, {\"id\":4} ]"),
    ] as [([Int], String)])
    func kept(rows: [Int], wanted: String) throws {
        let page = try RowText.page(" [{\"id\":\"1\"},\n {\"id\":\"2\",\"a\":\"x\"} ,{ }, {\"id\":\"4\"} ]")
        #expect(try RowText.string(page.text(keeping: rows)) == wanted)
    }

    @Test("A page can be written more than once while its buffer is its own")
    func writtenAgain() throws {
        let page = try RowText.page("[{\"id\":1},{\"id\":\"2\"}]")
        for _ in 0..<2 {
            #expect(try RowText.string(page.text(keeping: [1])) == "[{\"id\":2}]")
            #expect(try RowText.string(page.text()) == "[{\"id\":1},{\"id\":2}]")
        }
    }

    @Test("Positions that are no rows or don't ascend are an error", arguments: [[2], [-1], [1, 0], [0, 0], [0, 1, 2], [Int.max], [Int.min]])
    func wrongPositions(rows: [Int]) throws {
        let page = try RowText.page("[{\"id\":1},{\"id\":2}]")
        #expect(throws: InwiseError.self) { try page.text(keeping: rows) }
    }

    // MARK: - Sizes

    @Test("A page of any number of rows is read whole", arguments: [1, 15, 16, 17, 999, 1000, 1001, 40_000])
    func sizes(count: Int) throws {
        let rows = (0..<count).map { $0 % 3 == 0 ? "{\"id\":\"\($0)\"}" : "{\"id\":\($0)}" }
        let page = try RowText.page("[" + rows.joined(separator: ",") + "]")
        #expect(page.identities == (0..<count).map(Int64.init))
        let plain = (0..<count).map { "{\"id\":\($0)}" }.joined(separator: ",")
        #expect(try RowText.string(page.text()) == "[\(plain)]")
    }

    @Test("The deepest page fits a stack of 64 KiB")
    func smallStack() throws {
        let depth = JSONScanner.deepest - 2
        let inner = String(repeating: "[{\"y\":", count: depth / 2) + String(repeating: "}]", count: depth / 2)
        let page = "[{\"x\":\(inner.replacing("{\"y\":}", with: "{}"))}]"
        #expect(Jansson(Array(page.utf8)) != nil)
        let buffer = try RowText.buffer(page.utf8)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        #expect(pthread_attr_setstacksize(&attributes, 64 << 10) == 0)
        var thread = pthread_t()
        let started = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                let buffer = Unmanaged<ByteBuffer>.fromOpaque(context).takeUnretainedValue()
                let count = (try? RowPage(buffer, .activities))?.count ?? 0
                return UnsafeMutableRawPointer(bitPattern: count)
            }, Unmanaged.passUnretained(buffer).toOpaque())
        try #require(started == 0)
        var result: UnsafeMutableRawPointer?
        pthread_join(thread, &result)
        #expect(withExtendedLifetime(buffer) { Int(bitPattern: result) } == 1)
    }
}
