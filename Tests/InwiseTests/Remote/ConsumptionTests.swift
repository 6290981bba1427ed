// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A recent call that failed") struct ConsumptionTests {
    typealias Act = LoopbackServer.Act

    /// What the service does with the request, and whether rows may be gone by it.
    static let endings: [(Act, code: InwiseError.Code, mayHaveConsumed: Bool)] =
        [300, 301, 308, 400, 405, 408, 410, 422, 451, 499].map { (.answer("HTTP/1.1 \($0) No\r\nContent-Length: 0\r\n\r\n"), .http, false) }
        + [401, 403].map { (.answer("HTTP/1.1 \($0) No\r\nContent-Length: 0\r\n\r\n"), .auth, false) }
        + [500, 501, 502, 503, 504, 599].map { (.answer("HTTP/1.1 \($0) No\r\nContent-Length: 0\r\n\r\n"), .server, true) }
        + [
            (.answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), .notFound, false),
            (.answer("HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n"), .rateLimit, false),
            (.answer("HTTP/1.1 429 No\r\nRetry-After: 9999\r\nContent-Length: 0\r\n\r\n"), .rateLimit, false),
            (.answer("HTTP/1.1 503 No\r\nRetry-After: 9999\r\nContent-Length: 0\r\n\r\n"), .server, true),
            // Refused, and broken on top of it.
            (.answer("HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\n{"), .network, false),
            (.answer("HTTP/1.1 401 No\r\n\r\n" + String(repeating: "x", count: 2000)), .protocol, false),
            // No answer, or half of one.
            (.answer(""), .network, true),
            (.answer("HTTP/1.1 200"), .network, true),
            (.answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"id\":1"), .network, true),
            (.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{\"i"), .network, true),
            (.answer("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n"), .network, true),
            // An answer that can't be used.
            (.answer("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: " ", count: 2000)), .protocol, true),
            (.answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]"), .protocol, true),
            (.answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[{]}"), .protocol, true),
            (.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), .protocol, true),
            (.answer("HTTP/1.1 204 OK\r\n\r\n"), .protocol, true),
            (.answer("220 mail.example ESMTP\r\n"), .protocol, true),
            // Nothing until the call's time is over.
            (.answerAndHang(""), .timeout, true),
            (.answerAndHang("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"), .timeout, true),
            (.answerAndHang("HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\n"), .timeout, false),
        ]

    @Test("tells whether rows may be gone", arguments: endings)
    func ending(act: Act, code: InwiseError.Code, mayHaveConsumed: Bool) throws {
        let server = try LoopbackServer(act)
        defer { server.stop() }
        for method in [Inwise.Method.recentActivities, .recentSentEmails, .recentUndelivered] {
            let error = try Self.failure(method, "http://127.0.0.1:\(server.port)")
            #expect(error.code == code && error.mayHaveConsumed == mayHaveConsumed, "\(method): \(error)")
            #expect(error.message.contains("may have been consumed") == (mayHaveConsumed && code == .network))
            #expect(!error.json.text.contains("mayHaveConsumed"), "hosts don't get it")
        }
    }

    @Test("of another method never tells so", arguments: [
        .answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), .answer(""), .answerAndHang(""), .answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[{"),
    ] as [Act])
    func others(act: Act) throws {
        let server = try LoopbackServer(act)
        defer { server.stop() }
        for method in [Inwise.Method.activities, .sentEmails, .activitiesSummary] {
            #expect(try !Self.failure(method, "http://127.0.0.1:\(server.port)").mayHaveConsumed)
        }
    }

    /// What keeps a request from being sent.
    static let obstacles: [(url: String, proxy: String?, Act, InwiseError.Code)] = [
        ("https://127.0.0.1:PORT", nil, .answer("no TLS\r\n"), .network),
        ("https://127.0.0.1:PORT", nil, .answer(""), .network),
        // The handshake gets no answer until the call's time is over.
        ("https://127.0.0.1:PORT", nil, .answerAndHang(""), .timeout),
        ("http://127.0.0.1:9", nil, .answer(""), .network),
        ("https://inwise.invalid", "http://127.0.0.1:9", .answer(""), .network),
        // The proxy is told where to connect to, and no more.
        ("https://inwise.invalid", "http://127.0.0.1:PORT", .answer("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"), .network),
        ("https://inwise.invalid", "http://127.0.0.1:PORT", .answer(""), .network),
        ("https://inwise.invalid", "http://127.0.0.1:PORT", .answerAndHang(""), .timeout),
        ("https://inwise.invalid", "http://127.0.0.1:PORT", .answer("HTTP/1.1 200 OK\r\n\r\nno TLS\r\n"), .network),
        ("https://inwise.invalid", "http://127.0.0.1:PORT", .answerAndHang("HTTP/1.1 200 OK\r\n\r\n"), .timeout),
    ]

    @Test("before it was sent has consumed nothing", arguments: obstacles)
    func obstacle(url: String, proxy: String?, act: Act, code: InwiseError.Code) throws {
        let server = try LoopbackServer(act)
        defer { server.stop() }
        func filled(_ text: String) -> String { text.replacing("PORT", with: "\(server.port)") }
        let error = try Self.failure(.recentActivities, filled(url), proxy: proxy.map(filled))
        #expect(error.code == code && !error.mayHaveConsumed, "\(error)")
        #expect(!error.message.contains("consumed"))
    }

    @Test("in a proxy's hands is told by the proxy's answer", arguments: [
        ("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", false), ("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", true), ("", true),
    ])
    func plainProxy(answer: String, mayHaveConsumed: Bool) throws {
        let server = try LoopbackServer(.answer(answer))
        defer { server.stop() }
        let error = try Self.failure(.recentActivities, "http://inwise.invalid", proxy: "http://127.0.0.1:\(server.port)")
        #expect(error.mayHaveConsumed == mayHaveConsumed, "\(error)")
    }

    @Test("for want of time before it was begun has consumed nothing")
    func noTime() throws {
        let server = try LoopbackServer(.answer(""))
        defer { server.stop() }
        let error = try Self.failure(.recentActivities, "http://127.0.0.1:\(server.port)", seconds: 0)
        #expect(error.code == .timeout && !error.mayHaveConsumed)
    }

    @Test("since it was cancelled in flight may have consumed rows, and not one that was cancelled before", arguments: [true, false])
    func cancelled(inFlight: Bool) throws {
        let server = try LoopbackServer(.answerAndHang(""))
        defer { server.stop() }
        let remote = try Self.remote("http://127.0.0.1:\(server.port)")
        let gate = Gate()
        let call = Self.call(gate, seconds: 60)
        if !inFlight { gate.cancel() }
        inThreads(2) { index in
            if index == 0 {
                let error = #expect(throws: InwiseError.self) { try remote.answer(.recentActivities, Query(), call) }
                #expect(error?.code == .cancelled && error?.mayHaveConsumed == inFlight)
            } else if inFlight {
                server.waitForRequest()
                gate.cancel()
                remote.wake()
            }
        }
    }

    @Test("in a sandbox tells so where the work was done alone", arguments: [
        ("drop_rate=1", true), ("recent_drop_rate=1", true), ("fail_rate=1", false), ("rate_limit=1", false),
    ])
    func sandbox(fault: String, mayHaveConsumed: Bool) throws {
        let door = try SandboxDoor("contacts=20&\(SandboxDoor.noon)&\(fault)")
        let error = #expect(throws: InwiseError.self) { try door.text(.recentActivities) }
        #expect(error?.mayHaveConsumed == mayHaveConsumed)
        guard fault != "recent_drop_rate=1" else { return }
        let other = #expect(throws: InwiseError.self) { try door.text(.activities) }
        #expect(other?.mayHaveConsumed == false)
    }

    @Test("in a sandbox for want of time has consumed nothing")
    func sandboxTimeout() throws {
        let door = try SandboxDoor("contacts=20&\(SandboxDoor.noon)")
        let before = try SandboxFeedTests.positions(door)
        let error = #expect(throws: InwiseError.self) { try door.sandbox.answer(.recentActivities, Query(), door.call(seconds: 0)) }
        #expect(error?.code == .timeout && error?.mayHaveConsumed == false)
        #expect(try SandboxFeedTests.positions(door) == before)
    }

    // MARK: Asking

    static func call(_ gate: Gate, seconds: Double) -> Call {
        Call(gate: gate, ticket: gate.ticket(), began: .now, deadline: Instant.now.adding(seconds: seconds), method: nil, log: Log())
    }

    static func remote(_ url: String, proxy: String? = nil) throws -> Remote {
        var options: [(name: String, value: JSON)] = [
            ("allow_insecure", .bool(true)), ("max_retry_delay_seconds", .integer(0)), ("max_response_bytes", .integer(1024)), ("api_key", .string("none")),
        ]
        if let proxy { options.append(("proxy", .string(proxy))) }
        var reader = OptionReader(options, as: "options")
        return Remote(try RemoteOptions(base: url, &reader))
    }

    static func failure(_ method: Inwise.Method, _ url: String, proxy: String? = nil, seconds: Double = 0.3) throws -> InwiseError {
        let remote = try remote(url, proxy: proxy)
        let query = Query(campaignID: method == .activitiesSummary ? 1 : nil)
        return try #require(throws: InwiseError.self) { try remote.answer(method, query, call(Gate(), seconds: seconds)) }
    }
}
