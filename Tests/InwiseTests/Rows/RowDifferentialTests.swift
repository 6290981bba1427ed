// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Jansson is the judge: the scanner accepts what it accepts, and reads what it reads.
@Suite struct RowDifferentialTests {
    @Test("A page by hand is judged as jansson judges it", arguments: RowKind.allCases)
    func byHand(kind: RowKind) throws {
        #expect(RowCorpus.pages.count > 400)
        for page in RowCorpus.pages { try RowJudge.compare(page, kind) }
    }

    @Test("A page cut off anywhere is judged as jansson judges it")
    func prefixes() throws {
        for count in 0...RowCorpus.sample.count { try RowJudge.compare(Array(RowCorpus.sample.prefix(count)), .activities) }
    }

    @Test("A page with any byte replaced is judged as jansson judges it", arguments: Array("\"\\,:{}[]0-.e \nu".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF])
    func replaced(byte: UInt8) throws {
        for index in RowCorpus.sample.indices {
            var page = RowCorpus.sample
            page[index] = byte
            try RowJudge.compare(page, .activities)
        }
    }

    @Test("Mutated pages are judged as jansson judges them", arguments: RowKind.allCases, [1, 2, 3] as [UInt64])
    func mutated(kind: RowKind, seed: UInt64) throws {
        var random = FixedSeed(seed)
        let short = RowCorpus.pages.filter { $0.count < 2000 }
        let good = short.filter { Jansson($0)?.rows != nil }
        var accepted = 0
        for _ in 0..<3000 {
            var page = random.once(in: 3) ? RowCorpus.sample : random.pick(random.once(in: 4) ? short : good)
            for _ in 0..<Int.random(in: 1...2, using: &random) { mutate(&page, short, &random) }
            if try RowJudge.compare(page, kind) { accepted += 1 }
        }
        // Both verdicts are common, or the comparison would show little.
        #expect((600...2400).contains(accepted))
    }

    private func mutate(_ page: inout [UInt8], _ others: [[UInt8]], _ random: inout FixedSeed) {
        let at = Int.random(in: 0...page.count, using: &random)
        let end = min(page.count, at + Int.random(in: 0...9, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where at < page.count: page[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: page.insert(random.pick(Array("\"\\,:{}[]0123456789-+.eE \n\tutrnid".utf8)), at: at)
        case 2: page.removeSubrange(at..<end)
        case 3: page.insert(contentsOf: page[at..<end], at: Int.random(in: 0...page.count, using: &random))
        case 4:
            let other = random.pick(others)
            let from = Int.random(in: 0...other.count, using: &random)
            page.replaceSubrange(at..<end, with: other[from..<min(other.count, from + 12)])
        case 5: page.insert(UInt8.random(in: 0...255, using: &random), at: at)
        default: page.insert(contentsOf: random.pick(["\"id\":\"1\",", "null", "\\u0031", "\\ud83d", "1e309", "{}", ",{}", "\"contact_id\":", "א"]).utf8, at: at)
        }
    }
}
