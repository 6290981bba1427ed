// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sandbox that misbehaves") struct SandboxFaultTests {
    static let account = "seed=7&contacts=20&campaigns=1&\(SandboxDoor.noon)&"

    @Test("does so about as often as it was told to", arguments: [
        (0.0, 0.0, 0.0), (0.1, 0.2, 0.3), (0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5), (1, 1, 1), (0.01, 0.02, 0.03),
    ])
    func shares(rateLimit: Double, server: Double, drop: Double) throws {
        let door = try SandboxDoor(Self.account + "rate_limit=\(rateLimit)&fail_rate=\(server)&drop_rate=\(drop)")
        var counts: [Int: Double] = [:]
        let calls = 4000.0
        for _ in 0..<Int(calls) { counts[try door.get("/campaigns/email/undelivered?page_size=1").status, default: 0] += 1 }
        func check(_ status: Int, _ share: Double) { #expect(abs((counts[status] ?? 0) / calls - share) < 0.03, "\(status)") }
        check(429, rateLimit)
        check(500, min(server, 1 - rateLimit))
        check(0, min(drop, max(0, 1 - rateLimit - server)))
        check(200, max(0, 1 - rateLimit - server - drop))
    }

    @Test("loses answers of the recent methods alone where it was told to, at either door", arguments: [
        (0.0, 0.3), (0.0, 1.0), (0.2, 0.3), (0.8, 0.5), (0.3, 0.0),
    ])
    func recentDrops(drop: Double, recentDrop: Double) throws {
        let door = try SandboxDoor(Self.account + "drop_rate=\(drop)&recent_drop_rate=\(recentDrop)")
        let calls = 4000.0
        func share(_ fails: () throws -> Bool) rethrows -> Double {
            var count = 0.0
            for _ in 0..<Int(calls) where try fails() { count += 1 }
            return count / calls
        }
        func rest(_ question: String) throws -> Double { try share { try door.get("/campaigns/email/" + question).status == 0 } }
        func direct(_ method: Inwise.Method) throws -> Double { share { (try? door.text(method, Query())) == nil } }
        for share in [try rest("recentSentEmails"), try direct(.recentUndelivered)] {
            #expect(abs(share - min(1, drop + recentDrop)) < 0.03)
        }
        for share in [try rest("undelivered?page_size=1"), try direct(.activities)] { #expect(abs(share - drop) < 0.03) }
    }

    @Test("throws the same dice for the other methods, whatever becomes of the recent ones")
    func sameDice() throws {
        func course(_ more: String) throws -> [Int] {
            let door = try SandboxDoor(Self.account + "rate_limit=0.2&fail_rate=0.2&drop_rate=0.2" + more)
            return try (0..<300).map { number in
                let status = try door.get("/campaigns/email/" + (number % 3 == 0 ? "recentActivities" : "undelivered")).status
                return number % 3 == 0 ? -1 : status
            }
        }
        let plain = try course("")
        #expect(try course("&recent_drop_rate=0") == plain && course("&recent_drop_rate=0.4") == plain)
    }

    @Test("misbehaves in the same order for the same seed, at either door")
    func determinism() throws {
        let keys = Self.account + "rate_limit=0.2&fail_rate=0.2&drop_rate=0.2"
        let one = try SandboxDoor(keys), other = try SandboxDoor(keys)
        for _ in 0..<200 {
            let status = try one.get("/campaigns/email/undelivered?page_size=1").status
            do {
                _ = try other.text(.undelivered, Query(pageSize: 1))
                #expect(status == 200)
            } catch let error as InwiseError {
                #expect(status == (error.httpStatus ?? 0))
            }
        }
    }

    @Test("tells a direct call what happened", arguments: [
        ("fail_rate=1", .server, 500, nil), ("rate_limit=1", .rateLimit, 429, 1), ("drop_rate=1", .network, nil, nil),
        ("recent_drop_rate=1", .network, nil, nil),
    ] as [(String, InwiseError.Code, Int?, Int?)])
    func directCalls(fault: String, code: InwiseError.Code, httpStatus: Int?, retryAfter: Int?) throws {
        let door = try SandboxDoor(Self.account + fault)
        let error = #expect(throws: InwiseError.self) { try door.text(.recentActivities) }
        #expect(error?.code == code && error?.httpStatus == httpStatus && error?.retryAfter == retryAfter)
        #expect(error?.message.contains("made this fault up (\(fault.prefix { $0 != "=" }) in its URL)") == true)
    }

    @Test("tells a REST client when to come back")
    func retryAfter() throws {
        let answer = try SandboxDoor(Self.account + "rate_limit=1").get("/campaigns/email/activities")
        #expect(answer.headers.contains { $0.name == "Retry-After" && $0.value == "1" })
        #expect(try Row.object(of: answer.body.text).text("error") == "rate_limit")
    }

    @Test("still refuses a wrong request for what is wrong with it", arguments: [("nothing", 404), ("activities?campaign_id=%ff", 400)])
    func wrongRequests(question: String, status: Int) throws {
        #expect(try SandboxDoor(Self.account + "fail_rate=1").get("/campaigns/email/" + question).status == status)
    }

    @Test("lets requests wait for its latency together")
    func latency() throws {
        let door = try SandboxDoor(Self.account + "latency_ms=200")
        _ = try door.text(.activities)
        let begun = Instant.now
        inThreads(8) { _ in #expect((try? door.get("/campaigns/email/activities").status) == 200) }
        let seconds = Instant.now.seconds(since: begun)
        #expect((0.2..<0.8).contains(seconds), "eight of them, one after the other, would take 1.6 s")
    }

    @Test("ends a direct call at its deadline, but a REST request waits")
    func deadline() throws {
        let door = try SandboxDoor(Self.account + "latency_ms=300", options: [("timeout_seconds", .real(0.1))])
        let error = #expect(throws: InwiseError.self) { try door.sandbox.answer(.activities, Query(), door.call(seconds: 0.05)) }
        #expect(error?.code == .timeout)
        _ = try door.text(.activities)
        #expect(try door.get("/campaigns/email/activities").status == 200)
    }

    @Test("ends calls that sleep or work when they are cancelled", arguments: [
        "latency_ms=60000&contacts=5", "campaigns=10&contacts=200000",
    ])
    func cancel(keys: String) throws {
        let door = try SandboxDoor(keys)
        let calls = [door.call(), door.call()]
        inThreads(3) { index in
            guard index < 2 else {
                let soon = Instant.now.adding(seconds: 0.1)
                try? door.gate.sleep(door.gate.ticket(), until: soon)
                return door.gate.cancel()
            }
            let request = RESTRequest(httpMethod: "GET", pathAndQuery: "/campaigns/email/activities", headers: [])
            let error = #expect(throws: InwiseError.self) {
                if index == 0 {
                    try door.gate.enter(calls[0].ticket, until: .distantFuture)
                    defer { door.gate.leave() }
                    _ = try door.sandbox.answer(.activities, Query(), calls[0])
                } else {
                    _ = try door.sandbox.handle(request, calls[1])
                }
            }
            #expect(error?.code == .cancelled)
        }
    }

    @Test("that is too large for its time says so")
    func largeAccount() throws {
        let door = try SandboxDoor("campaigns=10&contacts=200000")
        let error = #expect(throws: InwiseError.self) { try door.sandbox.answer(.activities, Query(), door.call(seconds: 0.05)) }
        #expect(error?.code == .timeout && error?.message.contains("timeout_seconds") == true)
    }
}
