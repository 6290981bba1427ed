// SPDX-License-Identifier: MIT

@testable import Inwise

/// Makes rows as a service could write them, and odder ones.
struct OddRows {
    var random: FixedSeed
    private let kind: RowKind
    private var last: Int64 = 690_000_000
    private var used: Set<Int64> = []

    init(_ kind: RowKind, seed: UInt64) {
        self.kind = kind
        random = FixedSeed(seed)
    }

    static let edges: [Int64] = [
        0, 1, -1, -7, 1 << 31, 1 << 40, (1 << 53) + 1, 1 << 62, -(1 << 62), (1 << 62) + 1, -(1 << 62) + 1, (1 << 40) - (1 << 62), (1 << 40) - (1 << 62) + 1,
        .min, .min + 1, .max, .max - 1,
    ]

    /// A row that is no other's.
    mutating func row() -> String {
        var members = kind.fields.compactMap { member($0) }
        for _ in 0..<(random.once(in: 3) ? Int.random(in: 1...3, using: &random) : 0) { members.append(stranger()) }
        if random.once(in: 8), let again = members.randomElement(using: &random) {
            // The same name twice: the last counts.
            let name = String(again.prefix { $0 != ":" })
            members.append(random.once(in: 2) ? again : "\(name):\(oddValue())")
        }
        if random.once(in: 6) { members.shuffle(using: &random) }
        let space = random.once(in: 10) ? " \n" : ""
        return "{\(space)" + members.joined(separator: ",\(space)") + "\(space)}"
    }

    private mutating func member(_ field: RowField) -> String? {
        let name = random.once(in: 60) ? "\\u00\(String(field.name.utf8Start.pointee, radix: 16))" + "\(field.name)".dropFirst() : "\(field.name)"
        if field == kind.identity { return identity(name) }
        if random.once(in: 12) { return nil }
        if random.once(in: 12) { return "\"\(name)\":null" }
        if random.once(in: 20) { return "\"\(name)\":\(oddValue())" }
        if field.rawValue < RowField.integers {
            let number = random.once(in: 6) ? random.pick(Self.edges) : Int64.random(in: 1...50, using: &random)
            return "\"\(name)\":" + (random.once(in: 5) ? "\"\(number)\"" : "\(number)")
        }
        if field == kind.date { return "\"\(name)\":\"\(date())\"" }
        return "\"\(name)\":\"\(text(field))\""
    }

    private mutating func identity(_ name: String) -> String? {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return nil
        case 1: return "\"\(name)\":\(random.pick(["null", "5.0", "\"x\"", "\"05\"", "true", "[7]"]))"
        default:
            var id = random.pick(Self.edges)
            if random.once(in: 5) == false || used.contains(id) {
                last += random.once(in: 30) ? Int64.random(in: 2...9, using: &random) : 1
                id = last
            }
            used.insert(id)
            return "\"\(name)\":" + (random.once(in: 5) ? "\"\(id)\"" : "\(id)")
        }
    }

    private mutating func oddValue() -> String {
        random.pick(["null", "true", "7", "-0.5", "1e3", "\"x\"", "\"\"", "\"12\"", "[]", "{}", "[1,{\"id\":\"5\"}]", "{\"a\":{\"b\":[null,\"}\"]}}"])
    }

    private mutating func stranger() -> String {
        let name = random.pick(["x", "zz", "", "ID", "id ", "שם", "\\u0078", "\\\"q\\\"", "row_index", "id", "email", "message_size", "a_rather_long_name_of_a_field_that_nobody_knows"])
        return name == "\(kind.identity.name)" ? "\"y\":1" : "\"\(name)\":\(oddValue())"
    }

    private mutating func date() -> String {
        if random.once(in: 5) {
            return random.pick([
                "2024-09-20T12:00:00", "2024-09-20", "0000-01-01 00:00:00", "9999-12-31 23:59:59", "0000-01-01", "9999-12-31T23:59:59", "garbage", "",
                "2024-02-30 00:00:00", "2024-09-20 24:00:00", "2024-09-20 12:00", "2024-09-20 12:00:00.000", "2024\\u002d09-20 12:00:00", "1969-12-31 23:59:59",
                "2024-09-20 12:00:00Z",
            ])
        }
        return WallTime(seconds: 1_726_000_000 + Int64.random(in: 0...5000, using: &random)).text
    }

    private mutating func text(_ field: RowField) -> String {
        if field == .actionType { return random.pick(["emailOpened", "emailClicked", "email\\u0043licked", "", "new\\n", "חדש"]) }
        return random.pick(["", "a", "a@b.example", "שלום \\u05e9\\ud83d\\ude00 😀", "\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\u{7F}", "null", "45.112.30.172, 136.226.243.10", String(repeating: "long ", count: 60)])
    }
}
