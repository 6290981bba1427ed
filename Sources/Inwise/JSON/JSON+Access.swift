// SPDX-License-Identifier: MIT

extension JSON {
    /// The members of an object in their order; of anything else none.
    public var members: [(name: String, value: JSON)] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The member of an object that has this name, byte for byte; nil if there is none, or this is no object.
    public subscript(name: String) -> JSON? {
        // String's own == takes e\u{301} for é.
        members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The element of an array; nil if there is none, or this is no array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text of a string; nil for anything else.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of an integer; nil for anything else.
    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The value of a number, with a fraction or without; nil for anything else.
    public var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        default: nil
        }
    }
}

extension JSON: Equatable {
    /// Objects are equal whose members are, in whatever order. Texts are equal byte for byte.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): areEqual(sorted(left), sorted(right))
        default: false
        }
    }

    private static func sorted(_ members: [(name: String, value: JSON)]) -> [(name: String, value: JSON)] {
        members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func areEqual(_ left: [(name: String, value: JSON)], _ right: [(name: String, value: JSON)]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { $0.name.utf8.elementsEqual($1.name.utf8) && $0.value == $1.value }
    }
}

extension JSON: CustomStringConvertible {
    /// Compact JSON text.
    public var description: String { text }
}
