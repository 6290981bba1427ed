// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A sandbox's URL") struct SandboxOptionsTests {
    static func options(_ url: String, _ more: [(name: String, value: JSON)] = []) throws -> SandboxOptions {
        var reader = OptionReader(more, as: "options")
        let options = try SandboxOptions(url: url, &reader)
        try reader.finish()
        return options
    }

    @Test("may say nothing", arguments: ["sandbox:", "sandbox:?", "SANDBOX:", "sandbox:?&"])
    func defaults(url: String) throws {
        let options = try Self.options(url)
        #expect(options.seed == 1 && options.campaigns == 3 && options.contacts == 2000 && options.days == 30)
        #expect(options.now == nil && options.live == 0 && options.latencySeconds == 0 && options.apiKey == nil)
        #expect(options.faults.recentDrop == 0 && options.liveDates.late == 0 && options.liveDates.future == 0)
        #expect(options.timeoutSeconds == 30 && options.pageSize == 1000)
        #expect(options.rules.newestFirst && options.rules.pageBase == 0 && options.ids == .numbers)
    }

    @Test("says everything in its keys")
    func everything() throws {
        let options = try Self.options(
            "sandbox:?seed=-7&campaigns=1000&contacts=10&days=3650&now=2024-09-20T12%3A00%3A00&page_base=1&order=asc&ids=string&live=0.5&latency_ms=250&fail_rate=0.25&rate_limit=1&drop_rate=0&recent_drop_rate=0.3&late_rate=0.05&future_rate=1",
            [("api_key", .string("k")), ("timeout_seconds", .real(0.001)), ("page_size", .integer(7))])
        #expect(options.seed == UInt64(bitPattern: -7) && options.campaigns == 1000 && options.contacts == 10 && options.days == 3650)
        #expect(options.now?.seconds == 1_726_833_600 && options.rules.pageBase == 1 && !options.rules.newestFirst)
        #expect(options.ids == .strings && options.live == 0.5 && options.latencySeconds == 0.25)
        #expect(options.faults.server == 0.25 && options.faults.rateLimit == 1 && options.faults.drop == 0)
        #expect(options.faults.recentDrop == 0.3 && options.liveDates.late == 0.05 && options.liveDates.future == 1)
        #expect(options.apiKey == "k" && options.timeoutSeconds == 0.001 && options.pageSize == 7)
    }

    @Test("is refused by the name of the key that is wrong", arguments: [
        ("nope=1", "nope"), ("=", ""), ("=1", ""), ("seed", "seed"), ("seed=", "seed"), ("seed=x", "seed"), ("seed=1.5", "seed"), ("seed=%ff", "seed"),
        ("seed=%4", "seed"), ("seed=1&seed=1", "seed"), ("seed=9223372036854775808", "seed"), ("campaigns=0", "campaigns"),
        ("campaigns=1001", "campaigns"), ("contacts=0", "contacts"), ("contacts=1000001", "contacts"),
        ("contacts=99999999999999999999", "contacts"), ("campaigns=1000&contacts=10001", "contacts"), ("days=0", "days"), ("days=3651", "days"),
        ("now=", "now"), ("now=2024-09-20", "now"), ("now=2024-09-20 12:00:00", "now"), ("now=2024-02-30T00:00:00", "now"),
        ("now=1969-12-31T23:59:59", "now"), ("now=9999-12-31T23:59:59", "now"), ("now=2024-09-20T12:00:00T", "now"), ("page_base=2", "page_base"),
        ("page_base=auto", "page_base"), ("order=up", "order"), ("ids=text", "ids"), ("live=-1", "live"), ("live=10001", "live"), ("live=inf", "live"),
        ("latency_ms=60001", "latency_ms"), ("latency_ms=-1", "latency_ms"), ("fail_rate=1.5", "fail_rate"), ("fail_rate=1e-1", "fail_rate"),
        ("rate_limit=-0.1", "rate_limit"), ("drop_rate=x", "drop_rate"), ("drop_rate=nan", "drop_rate"), ("drop_rate=0x1", "drop_rate"), ("drop_rate=.", "drop_rate"),
        ("recent_drop_rate=1.1", "recent_drop_rate"), ("late_rate=-1", "late_rate"), ("future_rate=x", "future_rate"),
    ])
    func refusals(keys: String, parameter: String) {
        let error = #expect(throws: InwiseError.self) { try Self.options("sandbox:?" + keys) }
        #expect(error?.code == .argument && error?.parameter == parameter)
        #expect(error?.message.contains("\"\(parameter)\"") == true)
    }

    @Test("has nothing between the colon and the keys", arguments: ["sandbox", "sandbox://?seed=1", "sandbox:x", "sandbox:#", "sandbox:seed=1"])
    func form(url: String) {
        let error = #expect(throws: InwiseError.self) { try Self.options(url) }
        #expect(error?.code == .argument && error?.parameter == "url")
    }

    @Test("leaves to the options what is in range only", arguments: [
        ("timeout_seconds", .integer(0)), ("timeout_seconds", .real(86400.1)), ("page_size", .integer(0)), ("page_size", .integer(1001)),
        ("api_key", .integer(5)), ("max_retries", .integer(21)), ("nonsense", .integer(1)),
    ] as [(String, JSON)])
    func options(name: String, value: JSON) {
        let error = #expect(throws: InwiseError.self) { try Self.options("sandbox:", [(name, value)]) }
        #expect(error?.code == .argument && error?.parameter == name)
    }

    @Test("takes what a remote source takes, so that a program can change over by the URL alone")
    func remoteOptions() throws {
        _ = try Self.options("sandbox:", [
            ("max_retries", .integer(1)), ("pages_in_flight", .integer(8)), ("proxy", .string("")), ("page_base", .string("auto")),
            ("paths", .object([("activities", .string("/a"))])), ("timeout_seconds", .real(2.5)),
        ])
    }
}
