// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sync that is stopped") struct SyncStopTests {
    /// Has a first sync, lets rows arrive, and has a second one: each is stopped after `steps` steps, if it has as many, and then gone on with.
    private func stop(_ mirror: SyncedMirror, after steps: Int) throws -> Bool {
        var wasStopped = false
        for round in 0..<2 {
            if round == 1 {
                mirror.account.now = SyncedMirror.noon.adding(7200)
                for kind in RowKind.allCases {
                    try mirror.arrive(kind, (0..<45).map { (id: 5000 + $0, date: mirror.account.now.adding(Int64($0 * 160 - 7000))) } + [(id: 6000, date: SyncedMirror.noon.adding(-5 * 86_400)), (id: 6001, date: mirror.account.now.adding(86_400))])
                }
            }
            var left = steps
            var report = try mirror.sync { _ in
                left -= 1
                return left != 0
            }
            if left <= 0 { wasStopped = true }
            #expect(report.isComplete == (report.stopped == nil) && (report.stopped == nil) == (left > 0), "\(steps), \(round)")
            report = try mirror.sync()
            #expect(report.isComplete && report.notes.isEmpty && report.list("pending").isEmpty, "\(steps), \(round): \(report)")
            try mirror.check("stopped after \(steps), round \(round)")
        }
        let last = try mirror.sync()
        #expect(last.isComplete && last.newRows == 0)
        return wasStopped
    }

    @Test("at any step is gone on with, and nothing is missing or doubled", arguments: [(true, 1), (false, 4)])
    func everyStep(newestFirst: Bool, stride: Int) throws {
        var steps = 1
        while try stop(SyncedMirror(rows: 70, newestFirst: newestFirst), after: steps) { steps += stride }
        #expect(steps > 20)
    }

    @Test("by a cancelled client is gone on with as well", arguments: [3, 9, 14, 20, 26, 31])
    func cancelled(steps: Int) throws {
        let mirror = try SyncedMirror()
        let from = mirror.account.client(), into = try mirror.client()
        var left = steps
        let error = #expect(throws: InwiseError.self) {
            try from.sync(into: into) { _ in
                left -= 1
                if left == 0 { (steps.isMultiple(of: 2) ? from : into).cancel() }
                return true
            }
        }
        #expect(error?.code == .cancelled)
        into.close()
        #expect(try mirror.sync().isComplete)
        try mirror.check("cancelled after \(steps)")
    }

    @Test("after every few steps comes to its end in as many syncs as that takes", arguments: [10, 12, 20], [true, false])
    func timeBoxed(steps: Int, newestFirst: Bool) throws {
        let mirror = try SyncedMirror(newestFirst: newestFirst)
        var syncs = 0, report: SyncReport
        repeat {
            syncs += 1
            var left = steps
            report = try mirror.sync { _ in
                left -= 1
                return left > 0
            }
        } while !report.isComplete && syncs < 100
        #expect(report.isComplete, "\(report)")
        try mirror.check("\(steps) steps a sync")
    }
}
