// SPDX-License-Identifier: MIT

/// What a sandbox was opened with; keys, ranges and defaults stand in `inwise.h` at `inwise_open`.
struct SandboxOptions: Sendable {
    /// What requests over REST must carry; direct calls need none.
    let apiKey: String?
    let timeoutSeconds: Double
    /// Rows that a cursor asks for at a time.
    let pageSize: Int

    let seed: UInt64
    let campaigns: Int
    let contacts: Int
    /// Of history.
    let days: Int
    /// The account's clock when it is made; nil for this machine's.
    let now: WallTime?
    let rules: ServiceRules
    /// How answers over REST write ids; direct calls get numbers.
    let ids: ServiceRules.IDs
    /// Activities that arrive in a second.
    let live: Double
    /// Shares of them, 0 to 1.
    let liveDates: LiveDateRates
    let latencySeconds: Double
    let faults: FaultRates

    /// Campaigns times contacts at the most: some 2 GB of rows.
    static let mostMails = 10_000_000

    /// - Parameter url: `sandbox:`, or `sandbox:?` and keys.
    /// - Throws: `.argument` that names the key and what is allowed.
    init(url: String, _ reader: inout OptionReader) throws(InwiseError) {
        // What a remote source takes is checked here too, so that a program can go from one to the other by the URL
        // alone; most of it has nothing to act on.
        let remote = try RemoteOptions(base: "https://sandbox.invalid", &reader)
        apiKey = remote.apiKey
        timeoutSeconds = remote.timeoutSeconds
        pageSize = remote.pageSize

        var keys = OptionReader(try Self.members(of: url), as: "sandbox URL")
        seed = try keys.integer("seed", in: Int64.min...Int64.max).map { UInt64(bitPattern: $0) } ?? 1
        campaigns = try keys.integer("campaigns", in: 1...1000).map(Int.init) ?? 3
        contacts = try keys.integer("contacts", in: 1...1_000_000).map(Int.init) ?? 2000
        days = try keys.integer("days", in: 1...3650).map(Int.init) ?? 30
        now = try WallTime.fixed(try keys.string("now"), &keys)
        var rules = ServiceRules()
        rules.pageBase = try keys.integer("page_base", in: 0...1).map(Int.init) ?? 0
        rules.newestFirst = try keys.choice("order", [("desc", true), ("asc", false)]) ?? true
        self.rules = rules
        ids = try keys.choice("ids", [("number", ServiceRules.IDs.numbers), ("string", .strings)]) ?? .numbers
        live = try keys.number("live", in: 0...10000) ?? 0
        latencySeconds = (try keys.number("latency_ms", in: 0...60000) ?? 0) / 1000
        faults = FaultRates(
            server: try keys.number("fail_rate", in: 0...1) ?? 0, rateLimit: try keys.number("rate_limit", in: 0...1) ?? 0,
            drop: try keys.number("drop_rate", in: 0...1) ?? 0,
            recentDrop: try keys.number("recent_drop_rate", in: 0...1) ?? 0)
        liveDates = LiveDateRates(
            late: try keys.number("late_rate", in: 0...1) ?? 0, future: try keys.number("future_rate", in: 0...1) ?? 0)
        try keys.finish()
        guard campaigns * contacts <= Self.mostMails else {
            throw .argument("contacts", "\"contacts\" times \"campaigns\" in the sandbox URL must be at most \(Self.mostMails), not \(campaigns * contacts): the account is held in memory.")
        }
    }

    // MARK: Reading

    private static let texts: Set = ["now", "order", "ids"]

    /// The URL's keys and values, numbers where they should be and are.
    private static func members(of url: String) throws(InwiseError) -> [(name: String, value: JSON)] {
        let rest = url.dropFirst("sandbox:".count)
        guard url.lowercased().hasPrefix("sandbox:"), rest.isEmpty || rest.first == "?" else {
            throw .argument("url", "A sandbox's URL is \"sandbox:\" or \"sandbox:?seed=7&campaigns=3\", with nothing in between.")
        }
        let parameters = try PercentDecoding.parameters(rest.dropFirst()) { name in
            .argument(name, "\"\(name.prefix(60))\" in the sandbox URL is not percent-encoded UTF-8.")
        }
        var members: [(name: String, value: JSON)] = []
        for (name, value) in parameters {
            guard !members.contains(where: { $0.name == name }) else {
                throw .argument(name, "\"\(name.prefix(60))\" stands twice in the sandbox URL; give it once.")
            }
            members.append((name, texts.contains(name) ? .string(value) : number(value)))
        }
        return members
    }

    private static func number(_ text: String) -> JSON {
        if let integer = Int64(text) { return .integer(integer) }
        let isDecimal = text.utf8.allSatisfy { ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") }
        if isDecimal, text.utf8.contains(UInt8(ascii: ".")), let real = Double(text) { return .real(real) }
        return .string(text)
    }
}
