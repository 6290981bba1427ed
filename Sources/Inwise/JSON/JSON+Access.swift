// SPDX-License-Identifier: MIT

extension JSON {
    /// The member of an object that has this name; nil if there is none, or this is no object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
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
    /// Objects are equal whose members are, in whatever order.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left.count == right.count && dictionary(left) == dictionary(right)
        default: false
        }
    }

    private static func dictionary(_ members: [(name: String, value: JSON)]) -> [String: JSON] {
        Dictionary(members, uniquingKeysWith: { _, last in last })
    }
}

extension JSON: CustomStringConvertible {
    /// Compact JSON text.
    public var description: String { text }
}
