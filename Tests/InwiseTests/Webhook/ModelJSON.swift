// SPDX-License-Identifier: MIT

import CJansson

/// The fields of webhooks that hold JSON.
enum ModelJSON {
    /// The text itself where jansson reads it, and not more than 100 values lie in one another.
    static func checked(_ text: [UInt8]) -> [UInt8]? {
        guard let tree = Jansson([0x5B] + text + [0x5D]) else { return nil }
        return withExtendedLifetime(tree) {
            json_array_size(tree.root) == 1 && inwise_json_type(tree.root) == JSON_ARRAY && depth(text) <= 100 ? text : nil
        }
    }

    /// How many values lie in one another in valid JSON.
    private static func depth(_ text: [UInt8]) -> Int {
        var (open, deepest, isInText, isEscaped) = (0, 0, false, false)
        for byte in text {
            if isInText {
                if isEscaped { isEscaped = false } else if byte == 0x5C { isEscaped = true } else if byte == 0x22 { isInText = false }
                continue
            }
            switch byte {
            case 0x5B, 0x7B:
                open += 1
                deepest = max(deepest, open)
            case 0x5D, 0x7D: open -= 1
            case 0x20, 0x0A, 0x0D, 0x09, 0x2C, 0x3A: break
            default:
                // A scalar lies one deeper.
                deepest = max(deepest, open + 1)
                isInText = byte == 0x22
            }
        }
        return deepest
    }

    /// `[{"Key": "externalId", "Value": "66"}, …]`: the value as a JSON string.
    ///
    /// - Parameter text: valid JSON.
    static func externalID(_ text: [UInt8]) -> [UInt8]? {
        guard let elements = parts(text, of: 0x5B) else { return nil }
        for element in elements {
            var isIt = false
            var value: [UInt8]?
            for member in parts(element, of: 0x7B) ?? [] {
                guard let colon = end(ofTextIn: member) else { continue }
                let name = String(decoding: member[..<colon], as: UTF8.self)
                let content = trimmed(Array(trimmed(Array(member[colon...])).dropFirst()))
                let asText = String(decoding: content, as: UTF8.self)
                if isEqual(name, "\"key\"") {
                    isIt = isEqual(asText, "\"externalid\"") || isEqual(asText, "\"external_id\"")
                } else if isEqual(name, "\"value\"") {
                    switch content.first ?? 0 {
                    case 0x22: if content.count > 2 { value = content }
                    case 0x2D, 0x30...0x39: value = [0x22] + content + [0x22]
                    default: break
                    }
                }
            }
            if isIt, let value { return value }
        }
        return nil
    }

    private static func isEqual(_ text: String, _ lower: String) -> Bool {
        text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } == Array(lower.utf8)
    }

    /// Behind the string that a member begins with.
    private static func end(ofTextIn member: [UInt8]) -> Int? {
        guard member.first == 0x22 else { return nil }
        var index = 1
        while index < member.count, member[index] != 0x22 { index += member[index] == 0x5C ? 2 : 1 }
        return index + 1
    }

    /// What the commas part in an array or object; nil for another value.
    private static func parts(_ text: [UInt8], of opening: UInt8) -> [[UInt8]]? {
        let text = trimmed(text)
        guard text.first == opening else { return nil }
        var (parts, part, open, isInText, isEscaped) = ([[UInt8]](), [UInt8](), 0, false, false)
        for byte in text.dropFirst().dropLast() {
            if isInText {
                if isEscaped { isEscaped = false } else if byte == 0x5C { isEscaped = true } else if byte == 0x22 { isInText = false }
            } else {
                switch byte {
                case 0x22: isInText = true
                case 0x5B, 0x7B: open += 1
                case 0x5D, 0x7D: open -= 1
                case 0x2C where open == 0:
                    parts.append(trimmed(part))
                    part = []
                    continue
                default: break
                }
            }
            part.append(byte)
        }
        return parts + [trimmed(part)]
    }

    private static func trimmed(_ text: [UInt8]) -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x0A, 0x0D, 0x09].contains(byte) }
        return Array(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
