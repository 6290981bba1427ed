// SPDX-License-Identifier: MIT

import CJansson

@testable import Inwise

/// The judge: what jansson reads with flags 0, and how it reads a page of rows.
final class Jansson {
    typealias Node = UnsafeMutablePointer<json_t>
    let root: Node

    /// nil for what jansson refuses; and for a NUL anywhere, which `json_loads` never sees, and which `json_loadb` skips
    /// behind a number (its one byte of push-back takes NUL for "empty"): RFC 8259 allows none.
    init?(_ bytes: [UInt8]) {
        guard !bytes.contains(0) else { return nil }
        var error = json_error_t()
        let root = bytes.withUnsafeBytes { raw in
            json_loadb(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, 0, &error)
        }
        guard let root else { return nil }
        self.root = root
    }

    deinit { inwise_json_decref(root) }

    var isObject: Bool { inwise_json_type(root) == JSON_OBJECT }

    /// The rows; nil for what is no array of objects.
    var rows: [Node]? {
        guard inwise_json_type(root) == JSON_ARRAY else { return nil }
        var rows: [Node] = []
        for index in 0..<json_array_size(root) {
            guard let row = json_array_get(root, index), inwise_json_type(row) == JSON_OBJECT else { return nil }
            rows.append(row)
        }
        return rows
    }

    static func isEqual(_ left: Node, _ right: Node) -> Bool { json_equal(left, right) == 1 }

    static func text(_ field: StaticString, of row: Node) -> [UInt8]? {
        guard let node = json_object_get(row, "\(field)"), inwise_json_type(node) == JSON_STRING,
            let bytes = json_string_value(node)
        else { return nil }
        return (0..<json_string_length(node)).map { UInt8(bitPattern: bytes[$0]) }
    }

    static func integer(_ field: StaticString, of row: Node) -> Int64? {
        guard let node = json_object_get(row, "\(field)") else { return nil }
        if inwise_json_type(node) == JSON_INTEGER { return json_integer_value(node) }
        return text(field, of: row).flatMap(canonical)
    }

    /// The integer that a text is when it is written as `Int64` writes it.
    static func canonical(_ text: [UInt8]) -> Int64? {
        let text = String(decoding: text, as: UTF8.self)
        guard let value = Int64(text), String(value) == text else { return nil }
        return value
    }

    /// Makes integers of the quoted ones among a row's ids.
    static func unquoteIDs(of row: Node) {
        for field in ["id", "row_index", "contact_id", "campaign_id", "message_size"] { unquote(field, of: row) }
    }

    /// Makes integers of all quoted ones of an object.
    static func unquoteAll(of object: Node) {
        var keys: [String] = []
        var iterator = json_object_iter(object)
        while let current = iterator {
            if let key = json_object_iter_key(current) { keys.append(String(cString: key)) }
            iterator = json_object_iter_next(object, current)
        }
        for key in keys { unquote(key, of: object) }
    }

    private static func unquote(_ field: String, of row: Node) {
        guard let node = json_object_get(row, field), inwise_json_type(node) == JSON_STRING,
            let bytes = json_string_value(node)
        else { return }
        let text = (0..<json_string_length(node)).map { UInt8(bitPattern: bytes[$0]) }
        if let value = canonical(text) { json_object_set_new(row, field, json_integer(value)) }
    }
}
