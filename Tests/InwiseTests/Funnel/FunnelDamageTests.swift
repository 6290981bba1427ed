// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Bytes that are no saved funnel are refused, whatever they are: none ends the process.
@Suite struct FunnelDamageTests {
    private static func saved() throws -> [UInt8] {
        var random = FixedSeed(41)
        return try Funnel(FunnelRow.random(25, &random), &random).savedBytes
    }

    /// The sentence with which the bytes are refused; nil if they are not.
    private static func refusal(_ bytes: [UInt8]) -> String? {
        do {
            _ = try Funnel.load(bytes)
            return nil
        } catch let error as InwiseError {
            return error.code == .argument && error.parameter == "bytes" ? error.message : nil
        } catch { return nil }
    }

    private static func refusal(_ build: (inout SavedBody) -> Void) -> String? { refusal(SavedBody(build).file) }

    @Test("Every truncation is refused, and says that it breaks off or is nothing of ours")
    func truncations() throws {
        let bytes = try Self.saved()
        for count in bytes.indices {
            let wanted = count < 8 ? "no funnel that inwise_funnel_save made" : "breaks off"
            #expect(Self.refusal(Array(bytes[..<count]))?.contains(wanted) == true, "\(count) bytes")
        }
    }

    @Test("Every bit matters")
    func bits() throws {
        let bytes = try Self.saved()
        for place in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << bit
                let refusal = try #require(Self.refusal(flipped), "bit \(bit) of byte \(place)")
                let wanted =
                    switch place {
                    case 0..<8: ["no funnel"]
                    case 8..<16: ["newer version", "damaged"]
                    case 16..<24: ["breaks off", "damaged"]
                    default: ["damaged"]
                    }
                #expect(wanted.contains { refusal.contains($0) }, "bit \(bit) of byte \(place): \(refusal)")
            }
        }
    }

    @Test("A byte more, another version and another file are refused, each in its own words")
    func others() throws {
        let bytes = try Self.saved()
        let body = Array(bytes[SavedBody.headerLength...])
        #expect(Self.refusal(bytes + [0])?.contains("damaged") == true)
        #expect(Self.refusal(bytes + bytes)?.contains("damaged") == true)
        for version in [2, 3, 1 << 32, .max] as [UInt64] {
            #expect(Self.refusal(SavedBody.file(body, version: version))?.contains("newer version of the library. Update") == true)
        }
        #expect(Self.refusal(SavedBody.file(body, version: 0))?.contains("damaged") == true)
        for text in ["", "{}", "[]", "inwise", String(repeating: "x", count: 4096), "\u{89}INWFNL\r\n"] {
            #expect(Self.refusal(Array(text.utf8))?.contains("no funnel that inwise_funnel_save made") == true, "\(text)")
        }
        // As a text file arrives whose line ends were changed.
        #expect(Self.refusal(Array(bytes[..<7]) + [13, 10] + Array(bytes[8...]))?.contains("no funnel") == true)
        #expect(Self.refusal(bytes) == nil)
    }

    // MARK: - Right checksums

    /// That a funnel works: it is saved as what it was loaded from, answers everything, and merges.
    private static func works(_ funnel: Funnel, _ file: [UInt8]) throws -> Bool {
        let copy = Funnel()
        try copy.merge(funnel)
        let answers = funnel.groupings
        return try funnel.savedBytes == file && copy.groupings == answers && answers.allSatisfy { $0.hasPrefix("{\"opens\":") }
    }

    private static func mutated(_ bytes: [UInt8], _ random: inout FixedSeed) -> [UInt8] {
        var body = Array(bytes[SavedBody.headerLength...])
        for _ in 0..<Int.random(in: 1...3, using: &random) where !body.isEmpty {
            let place = Int.random(in: body.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: body[place] = random.pick([0, 1, 2, 0x7F, 0x80, 0xFF])
            case 2: body.remove(at: place)
            case 3: body.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 4: body[place] = body[place] &+ random.pick([1, 255])
            default: body.insert(contentsOf: Array(repeating: 0xFF, count: Int.random(in: 1...9, using: &random)) + [1], at: place)
            }
        }
        return body
    }

    @Test("A body that was changed at random and has a right checksum is refused or is a funnel that works", arguments: 0..<4 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = FixedSeed(seed)
        // Few rows, so that a change often hits what holds the others together; some of them repeated.
        let rows = FunnelRow.random([1, 4, 12, 30][Int(seed)], &random)
        let bytes = try Funnel(rows + rows.prefix(3), &random).savedBytes
        var (refused, loaded) = (0, 0)
        for _ in 0..<1000 {
            let body = Self.mutated(bytes, &random)
            guard let funnel = try? Funnel.load(SavedBody.file(body)) else {
                refused += 1
                continue
            }
            loaded += 1
            let good = try Self.works(funnel, SavedBody.file(body))
            #expect(good, "\(body)")
        }
        #expect(refused > 100 && loaded > 20, "both happen: \(refused) and \(loaded)")
    }

    @Test("Any bytes as a body", arguments: 0..<4 as Range<UInt64>)
    func anyBody(seed: UInt64) throws {
        var random = FixedSeed(seed &+ 50)
        for _ in 0..<1000 {
            // Small numbers, of which bodies mostly consist.
            let body = (0..<Int.random(in: 0...40, using: &random)).map { _ in random.once(in: 10) ? UInt8.random(in: 0...255, using: &random) : UInt8.random(in: 0...3, using: &random) }
            if let funnel = try? Funnel.load(SavedBody.file(body)) {
                let good = try Self.works(funnel, SavedBody.file(body))
                #expect(good, "\(body)")
            }
        }
    }

    // MARK: - By hand

    @Test("A funnel by hand is loaded, so that what the others are refused for is what differs")
    func byHand() throws {
        #expect(Self.refusal { $0.tables(contacts: [1, 2]); $0.varints(1, 0, 0, 1, 1, 5, 0) } == nil)
        #expect(Self.refusal { $0.tables(contacts: [1, 2]); $0.varints(1, 0, 0, 2, 0, 5, 0, 1, 1, 1, 7) } == nil)
        #expect(Self.refusal { $0.tables(types: ["a", "b"], sources: ["a", "b"], campaigns: [.min, .max]); $0.varints(1, 2, 4, 1, 0, 5, 0) } == nil)
    }

    private struct Case: CustomTestStringConvertible {
        var testDescription: String
        var body: SavedBody

        init(_ name: String, _ build: (inout SavedBody) -> Void) {
            testDescription = name
            body = SavedBody(build)
        }
    }

    private static let cases = [
        Case("no body") { _ in },
        Case("a contact beyond nobody") { $0.tables(contacts: [1]); $0.varints(1, 0, 0, 1, 2, 5, 0) },
        Case("a contact's distance of 64 bits") { $0.tables(contacts: [1]); $0.varints(1, 0, 0, 1, .max, 5, 0) },
        Case("contacts whose distances leave the table") { $0.tables(contacts: [1, 2, 3]); $0.varints(1, 0, 0, 2, 3, 5, 1, 5, 0) },
        Case("a time beyond 32 bits") { $0.tables(contacts: [1]); $0.varints(1, 0, 0, 1, 0, 1 << 32, 0) },
        Case("a time whose distance leaves 32 bits") { $0.tables(contacts: [1]); $0.varints(1, 0, 0, 2, 0, 5, 0, UInt64(UInt32.max), 0) },
        Case("the same event twice") { $0.tables(contacts: [1]); $0.varints(1, 0, 0, 2, 0, 5, 0, 0, 0) },
        Case("a campaign beyond the table") { $0.tables(contacts: [1], campaigns: [7]); $0.varints(1, 2, 0, 1, 0, 5, 0) },
        Case("a source beyond the table") { $0.tables(sources: ["a"]); $0.varints(1, 0, SavedBody.sent(1), 1, 0, 5, 0) },
        Case("a type beyond the table") { $0.tables(types: ["a"]); $0.varints(1, 0, SavedBody.activities(8), 1, 0, 5, 0) },
        Case("a stream of 64 bits") { $0.tables(); $0.varints(1, 0, .max, 1, 0, 5, 0) },
        Case("a stream that wraps to no source") { $0.tables(); $0.varints(1, 0, 1 + 2 << 32, 1, 0, 5, 0) },
        Case("a list twice") { $0.tables(); $0.varints(2, 0, 0, 1, 0, 5, 0, 0, 0, 1, 0, 5, 0) },
        Case("lists that descend") { $0.tables(); $0.varints(2, 0, 4, 1, 0, 5, 0, 0, 2, 1, 0, 5, 0) },
        Case("an empty list") { $0.tables(); $0.varints(1, 0, 0, 0, 0) },
        Case("more events than bytes") { $0.tables(); $0.varints(1, 0, 0, 1 << 40, 0, 5, 0) },
        Case("more lists than bytes") { $0.tables(); $0.varint(1 << 63) },
        Case("a repeat of 0") { $0.tables(); $0.varints(1, 0, 0, 1, 0, 5, 1, 0, 0) },
        Case("a repeat of 2^63") { $0.tables(); $0.varints(1, 0, 0, 1, 0, 5, 1, 0, 1 << 63) },
        Case("a repeat that makes 2^63 rows") { $0.tables(); $0.varints(1, 0, 0, 1, 0, 5, 1, 0, UInt64(Int64.max)) },
        Case("repeats of two lists that make 2^63 rows") {
            $0.tables()
            $0.varints(2, 0, 0, 1, 0, 5, 1, 0, 1 << 62, 0, 1, 1, 0, 5, 1, 0, 1 << 62)
        },
        Case("a repeat beyond the events") { $0.tables(); $0.varints(1, 0, 0, 1, 0, 5, 1, 1, 1) },
        Case("a repeat of an event twice") { $0.tables(contacts: [1]); $0.varints(1, 0, 0, 2, 0, 5, 1, 5, 2, 1, 1, 0, 1) },
        Case("more repeats than events") { $0.tables(); $0.varints(1, 0, 0, 1, 0, 5, 2, 0, 1, 0, 1) },
        Case("ids that are the same") { $0.tables(contacts: [1, 1]); $0.varint(0) },
        Case("ids that descend") { $0.tables(contacts: [2, 1]); $0.varint(0) },
        Case("ids that leave 64 bits") { $0.names([]); $0.names([]); $0.names([]); $0.varints(2, .max, 1, 0, 0) },
        Case("more ids than bytes") { $0.names([]); $0.names([]); $0.names([]); $0.varints(.max) },
        Case("names that are the same") { $0.tables(sources: ["a", "a"]); $0.varint(0) },
        Case("names that descend") { $0.tables(types: ["b", "a"]); $0.varint(0) },
        Case("a known type among the others") { $0.tables(types: ["emailOpened"]); $0.varint(0) },
        Case("a known type behind others") { $0.tables(types: ["a", "onSite"]); $0.varint(0) },
        Case("a name with a NUL") { $0.tables(sources: ["a\0b"]); $0.varint(0) },
        Case("a name that is not UTF-8") { $0.varints(1, 2); $0.raw([0xC3, 0x28]); $0.varints(0, 0, 0, 0, 0) },
        Case("a name longer than the body") { $0.varints(1, 100); $0.raw([97]) },
        Case("a name of 2^63 bytes") { $0.varints(1, 1 << 63); $0.raw([97]) },
        Case("a domain beyond the table") {
            $0.names([]); $0.names([]); $0.names(["a"])
            $0.ids([1])
            $0.varints(2, 5)
            $0.ids([])
            $0.varint(0)
        },
        Case("a domain seen beyond 32 bits") {
            $0.names([]); $0.names([]); $0.names(["a"])
            $0.ids([1])
            $0.varints(1, 1 << 32)
            $0.ids([])
            $0.varint(0)
        },
        Case("a varint of 11 bytes") { $0.raw(Array(repeating: 0x80, count: 10) + [0]); $0.varints(0, 0, 0, 0, 0) },
        Case("a varint of 65 bits") { $0.raw(Array(repeating: 0xFF, count: 9) + [2]); $0.varints(0, 0, 0, 0, 0) },
        Case("a varint that breaks off") { $0.tables(); $0.raw([0x80]) },
        Case("a byte too many") { $0.tables(); $0.varints(0, 0) },
    ]

    @Test("A body with a right checksum and a wrong content is damaged", arguments: cases)
    private func wrong(_ wrong: Case) { #expect(Self.refusal(wrong.body.file)?.contains("damaged") == true) }
}
