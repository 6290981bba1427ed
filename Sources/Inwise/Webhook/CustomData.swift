// SPDX-License-Identifier: MIT

/// The custom data of an on-site event: `[{"Key": "externalId", "Value": "66"}, …]`.
enum CustomData {
    /// The value of `externalId` as a JSON string, or as a number; nil where there is none, or an empty one.
    ///
    /// - Parameter text: JSON.
    static func externalID(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        do {
            var json = JSONScanner(text)
            json.skipWhitespace()
            guard json.byte == ASCII.bracketOpen else { return nil }
            repeat {
                json.position += 1
                json.skipWhitespace()
                if json.byte == ASCII.braceOpen {
                    if let found = try externalID(in: text, &json) { return found }
                } else if json.byte != ASCII.bracketClose {
                    try json.skipValue(inside: 1)
                }
                json.skipWhitespace()
            } while json.byte == ASCII.comma
        } catch {}
        return nil
    }

    /// Reads over an object.
    private static func externalID(in text: UnsafeRawBufferPointer, _ json: inout JSONScanner) throws(ScanFault) -> UnsafeRawBufferPointer? {
        var isIt = false
        var value: UnsafeRawBufferPointer?
        repeat {
            json.position += 1
            json.skipWhitespace()
            guard json.byte == ASCII.quote else { break }
            let name = try json.key()
            let start = json.position
            try json.skipValue(inside: 2)
            let bytes = UnsafeRawBufferPointer(rebasing: text[start..<json.position])
            let nameBytes = UnsafeRawBufferPointer(rebasing: text[name.start..<(name.start + name.length)])
            if ASCIICase.areEqual(nameBytes, lower: "key") {
                isIt = ASCIICase.areEqual(bytes, lower: "\"externalid\"") || ASCIICase.areEqual(bytes, lower: "\"external_id\"")
            } else if ASCIICase.areEqual(nameBytes, lower: "value"), isText(bytes) {
                value = bytes
            }
            json.skipWhitespace()
        } while json.byte == ASCII.comma
        // Behind the object.
        json.position += 1
        return isIt ? value : nil
    }

    /// A string that is not empty, or a number.
    private static func isText(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = value.first else { return false }
        return first == ASCII.quote ? value.count > 2 : first == ASCII.minus || first &- ASCII.zero <= 9
    }
}
