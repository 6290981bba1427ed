// SPDX-License-Identifier: MIT

internal import CJansson
internal import Glibc

/// A small document: options, queries, errors, reports, and what a row has beyond its documented fields. Rows that are as
/// documented never become one; they have `RowScanner`.
public enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent.
    case integer(Int64)
    /// A number with a fraction or an exponent.
    case real(Double)
    /// A text.
    case string(String)
    /// Elements in their order.
    case array([JSON])
    /// Members in the order in which they were written.
    case object([(name: String, value: JSON)])

    /// What a person would call this kind of value.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer: "an integer"
        case .real: "a number with a fraction"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

// MARK: - Parsing

extension JSON {
    /// Nesting that any option or query needs, and far more; jansson's own limit is 2,048, too deep for a host's small stacks.
    private static let deepest = 32
    /// Nesting of a row that may become one: its end, like its beginning, takes some stack for each level.
    private static let deepestOfRow = 512

    /// Parses the NUL-terminated text of an input that must be an object; nil is the empty object.
    ///
    /// - Parameter what: how the message names the input, for example `options`.
    package static func object(
        parsing text: UnsafePointer<CChar>?, as what: String
    ) throws(InwiseError) -> [(name: String, value: JSON)] {
        guard let text else { return [] }
        guard !isDeeper(than: deepest, UnsafeRawBufferPointer(start: text, count: strlen(text))) else {
            throw .argument(nil, "What was passed as \(what) is nested more than \(deepest) levels deep.")
        }
        var problem = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)
        var hasOverflow = false
        var root = json_loads(text, flags, &problem)
        if root == nil, inwise_json_error_code(&problem) == json_error_numeric_overflow {
            // Read it as a fraction, so that the refusal can name the key.
            root = json_loads(text, flags | Int(JSON_DECODE_INT_AS_REAL), &problem)
            hasOverflow = true
        }
        guard let root else {
            throw .argument(nil, "What was passed as \(what) is not valid JSON: \(sentence(of: problem)).")
        }
        defer { inwise_json_decref(root) }
        guard inwise_json_type(root) == JSON_OBJECT else {
            throw .argument(nil, "What is passed as \(what) must be a JSON object; for none pass {} or NULL.")
        }
        guard case .object(let members) = try value(of: root, depth: 0, what: what) else { return [] }
        return hasOverflow ? members.map { ($0.name, $0.value.wholeIfSmall) } : members
    }

    package static func object(parsing text: String?, as what: String) throws(InwiseError) -> [(name: String, value: JSON)] {
        guard let text else { return [] }
        let outcome: Result<[(name: String, value: JSON)], InwiseError> = text.withCString { pointer in
            Result { () throws(InwiseError) in try object(parsing: pointer, as: what) }
        }
        return try outcome.get()
    }

    /// The members of a row, which `RowScanner` has accepted; of a name that it holds twice the last.
    static func members(ofRow bytes: UnsafeRawBufferPointer) throws(InwiseError) -> [(name: String, value: JSON)] {
        guard !isDeeper(than: deepestOfRow, bytes) else {
            throw InwiseError(.protocol, "A row is nested more than \(deepestOfRow) levels deep. It can be read as JSON text, but not as a typed row.")
        }
        guard let root = json_loadb(bytes.baseAddress, bytes.count, 0, nil) else { throw .noMemory }
        defer { inwise_json_decref(root) }
        guard case .object(let members) = try value(of: root, depth: 0, deepest: deepestOfRow + 1, what: "row") else { return [] }
        return members
    }

    /// Whether brackets open too deep, before jansson recurses into them: hosts have threads with small stacks.
    private static func isDeeper(than deepest: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        var depth = 0
        var isInString = false
        var at = 0
        while at < text.count {
            switch text[at] {
            case ASCII.quote: isInString.toggle()
            case ASCII.backslash where isInString: at += 1
            case ASCII.bracketOpen, ASCII.braceOpen:
                if !isInString { depth += 1 }
                if depth > deepest { return true }
            case ASCII.bracketClose, ASCII.braceClose:
                if !isInString { depth -= 1 }
            default: break
            }
            at += 1
        }
        return false
    }

    private static func value(of node: UnsafeMutablePointer<json_t>, depth: Int, deepest: Int = deepest, what: String) throws(InwiseError) -> JSON {
        guard depth < deepest else {
            throw .argument(nil, "What was passed as \(what) is nested more than \(deepest) levels deep.")
        }
        switch inwise_json_type(node) {
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        case JSON_INTEGER: return .integer(Int64(json_integer_value(node)))
        case JSON_REAL: return .real(json_real_value(node))
        case JSON_STRING:
            guard let bytes = json_string_value(node) else { return .null }
            let text = UnsafeBufferPointer(start: bytes, count: json_string_length(node))
            return .string(String(decoding: UnsafeRawBufferPointer(text), as: UTF8.self))
        case JSON_ARRAY:
            var items: [JSON] = []
            for index in 0..<json_array_size(node) {
                guard let item = json_array_get(node, index) else { continue }
                items.append(try value(of: item, depth: depth + 1, deepest: deepest, what: what))
            }
            return .array(items)
        case JSON_OBJECT:
            var members: [(name: String, value: JSON)] = []
            var iterator = json_object_iter(node)
            while let current = iterator {
                if let name = json_object_iter_key(current), let item = json_object_iter_value(current) {
                    members.append((String(cString: name), try value(of: item, depth: depth + 1, deepest: deepest, what: what)))
                }
                iterator = json_object_iter_next(node, current)
            }
            return .object(members)
        default: return .null
        }
    }

    /// A fraction that stands for a whole number, as that number.
    private var wholeIfSmall: JSON {
        if case .real(let number) = self, number.magnitude < 0x1p53, let whole = Int64(exactly: number) {
            return .integer(whole)
        }
        return self
    }

    /// jansson's own words about a parse error, with the place but without the text: that may be a key.
    private static func sentence(of problem: json_error_t) -> String {
        let words = withUnsafeBytes(of: problem.text) { raw in String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
        // What follows "near" is the text.
        let near = words.split(separator: " ").prefix { $0 != "near" }.joined(separator: " ")
        return problem.line > 0 ? "\(near), line \(problem.line) column \(problem.column)" : near
    }
}
