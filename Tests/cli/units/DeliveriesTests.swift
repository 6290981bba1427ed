// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise
@testable import inwise_cli

@Suite("Deliveries") struct DeliveriesTests {
    @Test("come when they are due, the earliest first", arguments: [0, 1, 2, 3, 10, 500])
    func order(count: Int) {
        var random = SplitMix64(seed: UInt64(count), .webhooks)
        let begun = Instant.now
        let times = (0..<count).map { _ in random.below(100) }
        var deliveries = Deliveries()
        for time in times { deliveries.add(Delivery(body: String(time), isRepeat: false), due: begun.adding(seconds: Double(time))) }
        var found: [Int] = []
        for time in 0..<100 {
            let now = begun.adding(seconds: Double(time))
            while let delivery = deliveries.next(at: now) {
                #expect(delivery.body == String(time))
                found.append(time)
            }
            #expect(deliveries.firstDue.map { $0 > now } ?? true)
        }
        #expect(found == times.sorted() && deliveries.count == 0)
    }
}
