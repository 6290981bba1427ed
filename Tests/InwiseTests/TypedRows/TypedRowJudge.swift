// SPDX-License-Identifier: MIT

@testable import Inwise

/// Typed rows beside the rules of `Tests/Vectors/README.md`, applied to whole documents. Tests and the fuzzer share it.
enum TypedRowJudge {
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    /// Throws a `Difference` if there is one.
    static func judge(_ page: [UInt8], _ kind: RowKind) throws {
        let buffer = ByteBuffer()
        try page.withUnsafeBytes { try buffer.append($0) }
        let rows: [JSON]
        do throws(InwiseError) {
            rows = try typed(buffer, kind)
        } catch {
            guard error.code == .protocol else { throw Difference(description: "\(error)") }
            return
        }
        let wrapped = Array("{\"rows\":".utf8) + page + Array("}".utf8)
        // One level deeper than the page: where that is too deep, nobody can tell.
        guard let members = try? wrapped.withUnsafeBytes({ try JSON.members(ofRow: $0) }), case .array(let documents)? = members.first?.value
        else { return }
        let expected = documents.map { vector(of: $0, kind) }
        guard rows == expected else { throw Difference(description: "typed \(rows), by the rules \(expected)") }
    }

    private static func typed(_ page: ByteBuffer, _ kind: RowKind) throws(InwiseError) -> [JSON] {
        switch kind {
        case .activities: try RowDecoder(kind) { Activity(&$0, $1) }.rows(of: page).map(\.vector)
        case .sentEmails: try RowDecoder(kind) { SentEmail(&$0, $1) }.rows(of: page).map(\.vector)
        case .undelivered: try RowDecoder(kind) { UndeliveredEmail(&$0, $1) }.rows(of: page).map(\.vector)
        }
    }

    private static func vector(of row: JSON, _ kind: RowKind) -> JSON {
        guard case .object(var rest) = row else { return row }
        var vector: [(name: String, value: JSON)] = []
        for field in kind.fields {
            let name = "\(field.name)"
            let index = rest.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
            let value = index.map { rest[$0].value } ?? .null
            let taken = value == .null ? nil : take(value, by: field, of: kind)
            if let index, value == .null || taken != nil { rest.remove(at: index) }
            vector.append((name, taken ?? .null))
        }
        return JSON.object(vector + [("extra", .object(rest))]).unified
    }

    private static func take(_ value: JSON, by field: RowField, of kind: RowKind) -> JSON? {
        switch (value, field) {
        case (.integer, _) where field.rawValue < RowField.integers: value
        case (.string(let text), _) where field.rawValue < RowField.integers:
            Int64(text).flatMap { String($0) == text ? .integer($0) : nil }
        case (_, _) where field.rawValue < RowField.integers: nil
        case (.string(let text), kind.date): LocalDateTime(text).map { .string($0.description) }
        case (_, kind.date): nil
        case (.string, _): value
        case (.integer(let number), _): .string(String(number))
        default: nil
        }
    }
}
