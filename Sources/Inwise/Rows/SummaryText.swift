// SPDX-License-Identifier: MIT

/// A summary: one JSON object of integers, however the service writes them.
package enum SummaryText {
    /// Checks a JSON object by the rules of `RowPage` and turns quoted integers of its top level into integers.
    ///
    /// Takes over the buffer: it is the result if nothing changes. Throws `.protocol` for anything that is not one
    /// JSON object, with the byte at which it is wrong and what was expected there; `.memory`.
    package static func normalized(_ bytes: ByteBuffer) throws(InwiseError) -> ByteBuffer {
        let text = bytes.bytes
        var patches = PatchList()
        do {
            try scan(text, into: &patches)
        } catch {
            throw error.error(in: .summary)
        }
        guard patches.count > 0 else { return bytes }
        let output = ByteBuffer()
        try output.reserve(text.count)
        var patch = 0
        try patches.write(0..<text.count, of: text, next: &patch, to: output)
        return output
    }

    private static func scan(_ bytes: UnsafeRawBufferPointer, into patches: inout PatchList) throws(ScanFault) {
        var json = JSONScanner(bytes)
        try json.open(ASCII.braceOpen)
        json.skipWhitespace()
        if json.byte == ASCII.braceClose {
            json.position &+= 1
            return try json.end()
        }
        while true {
            _ = try json.key()
            if json.byte == ASCII.quote {
                let start = json.position
                let text = try json.string()
                if json.quotedInteger(text) != nil {
                    guard patches.append(from: start, to: json.position) else { throw json.fault(.memory) }
                }
            } else {
                try json.skipValue(inside: 1)
            }
            json.skipWhitespace()
            let next = json.byte
            guard next == ASCII.comma || next == ASCII.braceClose else { throw json.fault(.memberEnd) }
            json.position &+= 1
            if next == ASCII.braceClose { return try json.end() }
            json.skipWhitespace()
        }
    }
}
