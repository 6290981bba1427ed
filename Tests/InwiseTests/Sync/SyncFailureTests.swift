// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sync with a service that fails") struct SyncFailureTests {
    enum Fault: String, CaseIterable, Sendable {
        case timeout, server, badRequest, network, rateLimit, auth, garbage, lost

        func fate(_ method: Inwise.Method) -> FakeAccount.Fate {
            switch self {
            case .timeout: .refused(InwiseError(.timeout, "on purpose"))
            case .server: .refused(InwiseError(.server, "on purpose", httpStatus: 500))
            case .badRequest: .refused(InwiseError(.http, "on purpose", httpStatus: 400))
            case .network: .refused(InwiseError(.network, "on purpose"))
            case .rateLimit: .refused(InwiseError(.rateLimit, "on purpose", httpStatus: 429))
            case .auth: .refused(InwiseError(.auth, "on purpose", httpStatus: 401))
            case .garbage: .replaced("[{\"id\":}]")
            case .lost: .lost(InwiseError(.network, "on purpose"))
            }
        }
    }

    @Test("at any one call of the first or a later one loses nothing: what is left the next one brings", arguments: Fault.allCases, [true, false])
    func everyCall(fault: Fault, isFirst: Bool) throws {
        var call = 0
        while true {
            let mirror = try SyncedMirror(rows: isFirst ? 50 : 30)
            if !isFirst { try mirror.sync() }
            mirror.account.now = SyncedMirror.noon.adding(7200)
            for kind in RowKind.allCases { try mirror.arrive(kind, [(id: 5000, date: mirror.account.now), (id: 5001, date: SyncedMirror.noon.adding(-4 * 86_400)), (id: 5002, date: mirror.account.now.adding(1000))]) }
            mirror.account.forgetAsked()
            var hasFailed = false
            mirror.account.fate = { asked in
                guard asked.number == call else { return .answered }
                hasFailed = true
                return fault.fate(asked.method)
            }
            _ = try? mirror.sync()
            mirror.account.fate = { _ in .answered }
            guard hasFailed else { break }
            let report = try mirror.sync()
            #expect(report.isComplete && report.list("pending").isEmpty, "\(fault) at \(call): \(report)")
            try mirror.check("\(fault) at call \(call)")
            #expect(report.list("gaps").allSatisfy { $0["healed"] == .bool(true) })
            call += 1
        }
        #expect(call > 10)
    }

    @Test("now and then, again and again, comes to its end", arguments: Fault.allCases)
    func often(fault: Fault) throws {
        let mirror = try SyncedMirror(rows: 70), every = 2
        var random = FixedSeed(5)
        mirror.account.fate = { asked in random.once(in: every) ? fault.fate(asked.method) : .answered }
        for _ in 0..<15 { _ = try? mirror.sync() }
        mirror.account.fate = { _ in .answered }
        #expect(try mirror.sync().isComplete)
        try mirror.check("\(fault) one in \(every)")
    }

    @Test("at windows that are too long halves them", arguments: [3600, 86_400, 2_678_400], [true, false])
    func halved(longest: Int64, newestFirst: Bool) throws {
        let mirror = try SyncedMirror(newestFirst: newestFirst)
        func seconds(_ text: String?) -> Int64? { text.flatMap { DateText($0) }.map { WallTime(first: $0).seconds } }
        mirror.account.fate = { asked in
            guard asked.method.isPaged, let from = seconds(asked.query.dateFrom) else { return .answered }
            let isTooLong = min(seconds(asked.query.dateTo) ?? .max, mirror.account.now.seconds) - from > longest
            return isTooLong ? .refused(InwiseError(.http, "The range is too long.", httpStatus: 400)) : .answered
        }
        var options = SyncOptions()
        options.dateFrom = longest > 100_000 ? "2000-01-01" : "2024-09-14"
        #expect(try mirror.sync(options).isComplete)
        try mirror.check("windows of \(longest) s")
        // What has been read is not read again.
        mirror.account.forgetAsked()
        #expect(try mirror.sync(options).isComplete)
        #expect(mirror.account.asked.count <= 20)
    }

    @Test("at one date for good leaves that one pending, says so, and reads the rest")
    func stuck() throws {
        let mirror = try SyncedMirror()
        let bad = SyncedMirror.noon.adding(-50 * 3600).text
        mirror.account.fate = { asked in
            guard asked.method == .activities, let from = asked.query.dateFrom, from <= bad, (asked.query.dateTo ?? "9999") >= bad else { return .answered }
            return .refused(InwiseError(.server, "on purpose", httpStatus: 500))
        }
        var report = try mirror.sync()
        #expect(!report.isComplete && report.list("pending").contains { $0["problem"]?.string == "on purpose" && $0["method"]?.string == "activities" })
        for _ in 0..<40 { report = try mirror.sync() }
        let found = Set(try mirror.store().integers("SELECT key FROM activities", columns: 1).compactMap { RowKey.id(of: $0[0]) })
        #expect(found.count >= 148, "all but what lies within seconds of it: \(found.count)")
        mirror.account.fate = { _ in .answered }
        for _ in 0..<3 { report = try mirror.sync() }
        #expect(report.isComplete)
        try mirror.check("once it can be read")
    }
}
