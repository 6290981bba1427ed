// SPDX-License-Identifier: MIT

/// Writes compact JSON text, UTF-8 as it is.
struct JSONTextWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ json: JSON) {
        switch json {
        case .null: raw("null")
        case .bool(let flag): raw(flag ? "true" : "false")
        case .integer(let number): bytes += String(number).utf8
        // As many digits as tell it apart from its neighbours. JSON has no infinity.
        case .real(let number): if number.isFinite { bytes += number.description.utf8 } else { raw("null") }
        case .string(let text): string(text)
        case .array(let elements): list("[", elements, "]") { writer, element in writer.write(element) }
        case .object(let members):
            list("{", members, "}") { writer, member in
                writer.string(member.name)
                writer.raw(":")
                writer.write(member.value)
            }
        }
    }

    private mutating func list<Element>(
        _ opening: StaticString, _ elements: [Element], _ closing: StaticString, _ write: (inout JSONTextWriter, Element) -> Void
    ) {
        raw(opening)
        for (index, element) in elements.enumerated() {
            if index > 0 { raw(",") }
            write(&self, element)
        }
        raw(closing)
    }

    private mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { Self.append(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// Appends a JSON string of UTF-8 text.
    static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(ASCII.quote)
        var plain = text.startIndex
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash else { continue }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plain..<index]))
            plain = index + 1
            escape(byte, to: &bytes)
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plain...]))
        bytes.append(ASCII.quote)
    }

    private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(ASCII.backslash)
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case ASCII.quote, ASCII.backslash: bytes.append(byte)
        default:
            let digits: StaticString = "0123456789abcdef"
            bytes += [UInt8(ascii: "u"), ASCII.zero, ASCII.zero, digits.utf8Start[Int(byte >> 4)], digits.utf8Start[Int(byte & 15)]]
        }
    }
}

extension JSON {
    /// The document as compact UTF-8 text. A real is written with as many digits as give the same one when read; what is no
    /// number or infinite as null.
    package var text: String {
        var writer = JSONTextWriter()
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
