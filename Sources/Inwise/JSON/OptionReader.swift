// SPDX-License-Identifier: MIT

/// Takes the keys of an options or query object one by one, each with its type and range, and at the end refuses
/// what nobody took. Every refusal names the key, the value and what is allowed.
package struct OptionReader {
    private var members: [(name: String, value: JSON)]
    private var known: [String] = []
    private let what: String

    /// - Parameter what: how messages name the object, for example `query`.
    package init(_ members: [(name: String, value: JSON)], as what: String) {
        self.members = members
        self.what = what
    }

    /// Whether the key was given with a value other than null.
    package mutating func take(_ key: String) -> JSON? {
        known.append(key)
        guard let index = members.firstIndex(where: { $0.name == key }) else { return nil }
        let value = members.remove(at: index).value
        if case .null = value { return nil }
        return value
    }

    package mutating func string(_ key: String) throws(InwiseError) -> String? {
        guard let value = take(key) else { return nil }
        guard case .string(let text) = value else { throw wrong(key, value, wants: "a string") }
        guard !text.utf8.contains(0) else { throw .argument(key, "\"\(key)\" in the \(what) must not contain a NUL character.") }
        return text
    }

    package mutating func bool(_ key: String) throws(InwiseError) -> Bool? {
        guard let value = take(key) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(key, value, wants: "true or false") }
        return flag
    }

    package mutating func integer(_ key: String, in range: ClosedRange<Int64>) throws(InwiseError) -> Int64? {
        guard let value = take(key) else { return nil }
        let wants = range == Int64.min...Int64.max ? "a 64-bit integer" : "an integer from \(range.lowerBound) to \(range.upperBound)"
        guard case .integer(let number) = value, range.contains(number) else { throw wrong(key, value, wants: wants) }
        return number
    }

    package mutating func number(_ key: String, in range: ClosedRange<Double>) throws(InwiseError) -> Double? {
        guard let value = take(key) else { return nil }
        let number: Double
        switch value {
        case .integer(let whole): number = Double(whole)
        case .real(let real): number = real
        default: number = .nan
        }
        guard range.contains(number) else {
            throw wrong(key, value, wants: "a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))")
        }
        return number
    }

    package mutating func choice<Value>(_ key: String, _ choices: [(String, Value)]) throws(InwiseError) -> Value? {
        guard let text = try string(key) else { return nil }
        guard let found = choices.first(where: { $0.0 == text }) else {
            throw wrong(key, .string(text), wants: choices.map { "\"\($0.0)\"" }.joined(separator: " or "))
        }
        return found.1
    }

    /// An object's members, in their order.
    package mutating func object(_ key: String) throws(InwiseError) -> [(name: String, value: JSON)]? {
        guard let value = take(key) else { return nil }
        guard case .object(let members) = value else { throw wrong(key, value, wants: "an object") }
        return members
    }

    /// An array's elements, in their order.
    package mutating func array(_ key: String) throws(InwiseError) -> [JSON]? {
        guard let value = take(key) else { return nil }
        guard case .array(let elements) = value else { throw wrong(key, value, wants: "an array") }
        return elements
    }

    /// Refuses the first key that nobody took.
    package func finish() throws(InwiseError) {
        guard let unknown = members.first else { return }
        throw .argument(
            unknown.name,
            "Unknown key \"\(Self.shown(unknown.name))\" in the \(what). It takes: \(known.joined(separator: ", ")).")
    }

    package func wrong(_ key: String, _ value: JSON, wants: String) -> InwiseError {
        .argument(key, "\"\(key)\" in the \(what) must be \(wants), not \(Self.shown(value, of: key)).")
    }

    /// A value as a message may show it: short, and a key never.
    private static func shown(_ value: JSON, of key: String) -> String {
        if key == "api_key" || key == "proxy" { return value.kind }
        switch value {
        case .integer(let number): return String(number)
        case .real(let number): return plain(number)
        case .string(let text): return "\"\(shown(text))\""
        default: return value.kind
        }
    }

    private static func shown(_ text: String) -> String {
        text.unicodeScalars.count <= 60 ? text : String(text.unicodeScalars.prefix(60)) + "…"
    }

    private static func plain(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }
}
