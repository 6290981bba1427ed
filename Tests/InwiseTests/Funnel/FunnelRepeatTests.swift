// SPDX-License-Identifier: MIT

internal import Glibc
import Testing

@testable import Inwise

/// The same row again and again is counted as often as it came, though a list keeps it once.
@Suite struct FunnelRepeatTests {
    @Test("Rows that came 2^30 times count so often, in every grouping and window, also when they were saved")
    func doubled() throws {
        var random = FixedSeed(5)
        let rows = FunnelRow.random(150, &random)
        var funnel = try Funnel(rows, &random)
        for doubled in 1...30 {
            try funnel.merge(funnel)
            // What is loaded holds each row once, and doubles the quicker.
            if doubled % 5 == 0 { funnel = try Funnel.load(funnel.savedBytes) }
        }
        let (loaded, oracle) = (try Funnel.load(funnel.savedBytes), FunnelOracle(rows, times: 1 << 30))
        for query in FunnelQuestions.all where query.campaignID == nil {
            let wanted = oracle.summary(query)
            #expect(funnel.summaryText(query) == wanted, "\(query)")
            #expect(loaded.summaryText(query) == wanted, "\(query), loaded")
        }
        #expect(try loaded.savedBytes == funnel.savedBytes)
    }

    @Test("Few rows that differ, added often")
    func fewThatDiffer() throws {
        var random = FixedSeed(6)
        let some = FunnelRow.random(12, &random)
        let rows = (0..<600).map { _ in random.pick(some) }
        let (funnel, oracle) = (try Funnel(rows, &random), FunnelOracle(rows))
        try funnel.merge(Funnel())
        for query in FunnelQuestions.groupings() { #expect(funnel.summaryText(query) == oracle.summary(query), "\(query)") }
        // 12 rows, each with one number more that says how often: not 600.
        #expect(try funnel.savedBytes.count < 600)
    }

    // MARK: - The list

    /// How often each event is in a list.
    private static func counts(_ list: borrowing EventList) -> [UInt64: Int64] {
        var counts: [UInt64: Int64] = [:]
        for event in list.events { counts[event.word, default: 0] += 1 }
        for again in list.repeats { counts[again.event.word, default: 0] += again.more }
        return counts
    }

    /// Bytes that the list holds, which glibc tells; its header is not in Swift's module.
    private static func memory(of list: borrowing EventList) -> Int {
        typealias UsableSize = @convention(c) (UnsafeRawPointer?) -> Int
        guard let symbol = dlsym(nil, "malloc_usable_size") else { return .max }
        return unsafeBitCast(symbol, to: UsableSize.self)(list.events.baseAddress)
    }

    @Test("Joining the same events keeps how often each came", arguments: 0..<20 as Range<UInt64>)
    func compact(seed: UInt64) {
        var random = FixedSeed(seed)
        var list = EventList()
        var wanted: [UInt64: Int64] = [:]
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            let event = Event(contact: random.pick([0, 1, 2, IDIndex.none]), time: random.pick([EventTime.unknown, 7, .max]))
            list.append(event)
            wanted[event.word, default: 0] += 1
            if random.once(in: 5) {
                list.append(event, more: 1 << 40)
                wanted[event.word, default: 0] += 1 << 40
            }
            if random.once(in: 50) { list.compact() }
        }
        list.compact()
        #expect(Self.counts(list) == wanted)
        #expect(list.total == wanted.values.reduce(0, +))
        #expect(list.events.map(\.word) == wanted.keys.sorted())
        #expect(list.repeats.map(\.event.word) == wanted.filter { $0.value > 1 }.keys.sorted())
    }

    @Test("A list that grows large joins the same events by itself, and then takes no more memory for them")
    func large() {
        var list = EventList()
        var wanted: [UInt64: Int64] = [:]
        for contact in 0..<4 as Range<UInt32> {
            let event = Event(contact: contact, time: contact)
            for _ in 0..<1_000_000 { list.append(event) }
            wanted[event.word] = 1_000_000
        }
        #expect(list.events.count < 2_100_000)
        #expect(Self.memory(of: list) < 14 << 20)
        #expect(Self.counts(list) == wanted)
        var double = EventList()
        for _ in 0..<2 { double.append(list, contacts: [0, 1, 2, 3]) }
        #expect(Self.counts(double) == wanted.mapValues { 2 * $0 })
    }
}
