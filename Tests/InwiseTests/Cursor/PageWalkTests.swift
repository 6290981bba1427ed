// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A walk over pages") struct PageWalkTests {
    static let counts = [0, 1, 9, 10, 11, 99, 100, 101, 250, 999, 1000, 1001, 2500]

    /// Every kind of service that the API's facts leave open.
    static let kinds: [SimulatedService] = {
        var kinds: [SimulatedService] = []
        for base in [SimulatedService.Base.zero, .one, .oneAlike, .oneEmpty] {
            for order in [SimulatedService.Order.descending, .ascending, .shuffled] {
                for end in [SimulatedService.End.empty, .repeatsLast, .notFound] {
                    for cap in [nil, 100, 250] { kinds.append(SimulatedService(count: 0, base: base, order: order, end: end, cap: cap)) }
                }
            }
        }
        return kinds
    }()

    @Test("gives every row once, whatever the service is like", arguments: kinds)
    func everyRowOnce(kind: SimulatedService) {
        for count in Self.counts {
            for (pageSize, limit) in [(1000, 1), (1000, 4), (100, 8), (7, 3)] where count <= 250 || pageSize >= 100 {
                var service = kind
                service.count = count
                let walk = SimulatedWalk(service, pageSize: pageSize, limit: limit, seed: UInt64(count + limit))
                #expect(walk.error == nil, "\(service), \(pageSize) × \(limit): \(walk.error?.message ?? "")")
                let isWhole = walk.delivered.count == count && Set(walk.delivered) == service.original
                #expect(isWhole, "\(service), \(pageSize) × \(limit): \(walk.delivered.count) of \(count) rows")
            }
        }
    }

    @Test("gives every row once while others arrive", arguments: [1, 7, 150], [1, 4, 8])
    func everyRowOnceWhileOthersArrive(growth: Int, limit: Int) {
        for base in [SimulatedService.Base.zero, .one, .oneAlike] {
            for order in [SimulatedService.Order.descending, .ascending] {
                for count in Self.counts {
                    for (pageSize, cap) in [(1000, nil), (1000, 100), (100, nil)] as [(Int, Int?)] {
                        // Oldest first and more arrivals than a page holds: such a walk follows the service for ever.
                        if order == .ascending, growth >= cap ?? pageSize { continue }
                        for seed in 1...4 as ClosedRange<UInt64> {
                            let service = SimulatedService(count: count, base: base, order: order, cap: cap, growth: growth)
                            let walk = SimulatedWalk(service, pageSize: pageSize, limit: limit, seed: seed)
                            let given = Set(walk.delivered)
                            let place = "\(service), \(pageSize) × \(limit), seed \(seed)"
                            #expect(walk.error == nil, "\(place): \(walk.error?.message ?? "")")
                            let missing = service.original.subtracting(given).count
                            let twice = walk.delivered.count - given.count
                            #expect(missing == 0 && twice == 0, "\(place): \(missing) rows are missing, \(twice) came twice")
                        }
                    }
                }
            }
        }
    }

    @Test("gives rows that arrived late wherever they lie on a page", arguments: [SimulatedService.Order.descending, .ascending], [1, 4])
    func lateRows(order: SimulatedService.Order, limit: Int) {
        for (count, pageSize) in [(1, 10), (11, 10), (61, 10), (345, 10)] {
            for place in 0..<count where place < 24 || place % 11 == 0 || place == count - 1 {
                for (more, growth) in [(0, 0), (1, 0), (5, 0), (0, 2)] {
                    var service = SimulatedService(count: count, order: order, growth: growth, growsFor: 5)
                    service.late = [place, min(place + more, count - 1)]
                    expectEveryRowOnce(service, pageSize: pageSize, limit: limit, seed: UInt64(place))
                }
            }
        }
    }

    @Test("reads on without order, and again what it can't prove, where rows arrived late and others arrive", arguments: 1...40 as ClosedRange<UInt64>)
    func lateRowsWhileOthersArrive(seed: UInt64) {
        var random = FixedSeed(seed)
        for _ in 0..<25 {
            let size = Int.random(in: 20...60, using: &random), count = Int.random(in: 1...400, using: &random)
            var service = SimulatedService(
                count: count, base: random.pick([.zero, .one, .oneAlike, .oneEmpty]), order: random.pick([.descending, .descending, .ascending]),
                end: random.pick([.empty, .repeatsLast, .notFound]), growth: Int.random(in: 0...size / 10, using: &random),
                growsFor: Int.random(in: 0...40, using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) { service.late.insert(Int.random(in: 0..<count, using: &random)) }
            expectEveryRowOnce(service, pageSize: size, limit: Int.random(in: 1...16, using: &random), seed: random.next())
        }
    }

    private func expectEveryRowOnce(_ service: SimulatedService, pageSize: Int, limit: Int, seed: UInt64) {
        let walk = SimulatedWalk(service, pageSize: pageSize, limit: limit, seed: seed)
        let missing = service.original.subtracting(walk.delivered).count
        let twice = walk.delivered.count - Set(walk.delivered).count
        #expect(walk.error == nil && missing == 0 && twice == 0, "\(service) for \(service.growsFor), late \(service.late), \(pageSize) × \(limit), seed \(seed): \(missing) missing, \(twice) twice, \(walk.error?.message ?? "")")
    }

    /// What an attacker of this walk found, each with rows lost or no end.
    static let attacks: [(SimulatedService, pageSize: Int)] = [
        // Arrivals by just a page make page 1 look like page 0, and then end.
        (SimulatedService(count: 700, cap: 100, growth: 100, growsFor: 3), 1000),
        (SimulatedService(count: 30, cap: 15, growth: 15, growsFor: 2), 40),
        // Counting from 1, the first page asked for is as large as the most that the service gives.
        (SimulatedService(count: 1000, base: .one, cap: 100), 101),
        (SimulatedService(count: 1000, base: .one, order: .ascending, cap: 100), 101),
        (SimulatedService(count: 1000, base: .oneAlike, cap: 30), 31),
        // A 404 past the end that was answered before rows arrived.
        (SimulatedService(count: 999, end: .notFound, growth: 2, growsFor: 1), 1000),
        (SimulatedService(count: 99, end: .notFound, growth: 7), 100),
        (SimulatedService(count: 250, end: .notFound, cap: 100, growth: 20, growsFor: 9), 1000),
    ]

    @Test("gives every row once where an attacker found it to fail", arguments: attacks, [1, 2, 4, 16])
    func attacked(found: (SimulatedService, pageSize: Int), limit: Int) {
        let (service, pageSize) = found
        for seed in 1...200 as ClosedRange<UInt64> {
            let walk = SimulatedWalk(service, pageSize: pageSize, limit: limit, seed: seed)
            let missing = service.original.subtracting(walk.delivered).count
            let twice = walk.delivered.count - Set(walk.delivered).count
            #expect(walk.error == nil && missing == 0 && twice == 0, "\(service), \(pageSize) × \(limit), seed \(seed): \(missing) missing, \(twice) twice, \(walk.error?.message ?? "")")
        }
    }

    @Test("gives every row once from services drawn at random")
    func drawn() {
        var random = FixedSeed(7)
        for _ in 0..<4000 {
            let size = Int.random(in: 4...60, using: &random)
            let cap = random.once(in: 2) ? Int.random(in: 10...50, using: &random) : nil
            let service = SimulatedService(
                count: Int.random(in: 0...400, using: &random), base: random.pick([.zero, .one, .oneAlike, .oneEmpty]),
                order: random.pick([.descending, .descending, .ascending, .shuffled]), end: random.pick([.empty, .repeatsLast, .notFound]),
                cap: cap, growth: Int.random(in: 0...min(size, cap ?? size) / 2, using: &random), growsFor: Int.random(in: 0...40, using: &random))
            if service.order == .shuffled, service.growth > 0 { continue }
            let limit = Int.random(in: 1...16, using: &random), seed = random.next()
            let walk = SimulatedWalk(service, pageSize: size, limit: limit, seed: seed)
            let missing = service.original.subtracting(walk.delivered).count
            let twice = walk.delivered.count - Set(walk.delivered).count
            #expect(walk.error == nil && missing == 0 && twice == 0, "\(service) for \(service.growsFor), \(size) × \(limit), seed \(seed): \(missing) missing, \(twice) twice, \(walk.error?.message ?? "")")
        }
    }

    @Test("says that a service which gives the same page whatever is asked for never advances", arguments: [1, 4])
    func neverAdvances(limit: Int) {
        let walk = SimulatedWalk(SimulatedService(count: 5000, ignoresPage: true), pageSize: 1000, limit: limit, seed: 1)
        #expect(walk.error?.code == .protocol)
        #expect(walk.delivered.count == 1000)
        #expect(walk.requests < 20)
    }

    @Test("never has more requests in the air than allowed", arguments: [1, 2, 4, 8])
    func limit(limit: Int) {
        let walk = SimulatedWalk(SimulatedService(count: 2500), pageSize: 100, limit: limit, seed: 3)
        #expect(walk.mostInTheAir == limit)
    }

    @Test("asks for few pages beyond those there are")
    func fewRequests() {
        #expect(SimulatedWalk(SimulatedService(count: 2500), pageSize: 1000, limit: 1, seed: 1).requests == 3)
        #expect(SimulatedWalk(SimulatedService(count: 37), pageSize: 1000, limit: 1, seed: 1).requests == 2)
        #expect(SimulatedWalk(SimulatedService(count: 2500, order: .ascending), pageSize: 1000, limit: 4, seed: 1).requests <= 4)
    }
}
