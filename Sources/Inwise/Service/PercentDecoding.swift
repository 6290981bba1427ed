// SPDX-License-Identifier: MIT

/// Percent-encoded text as URLs and forms hold it.
enum PercentDecoding {
    /// The text itself; nil for a bad escape, for what is not UTF-8, and for a NUL, which no value of a request may hold.
    ///
    /// - Parameter form: whether a plus stands for a blank, as in a query.
    static func text(_ encoded: Substring, form: Bool) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.utf8.count)
        var rest = encoded.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where form: decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        guard !decoded.contains(0) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    /// The parameters of a query in their order; a name without `=` has an empty value.
    ///
    /// - Parameter bad: told of the first parameter that can't be decoded, by the part of it that was readable.
    static func parameters(_ query: Substring, bad: (String) -> InwiseError) throws(InwiseError) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        for part in query.split(separator: "&") {
            let name = part.prefix { $0 != "=" }
            let value = part.dropFirst(name.count + 1)
            guard let decodedName = text(name, form: true) else { throw bad("") }
            guard let decodedValue = text(value, form: true) else { throw bad(decodedName) }
            parameters.append((decodedName, decodedValue))
        }
        return parameters
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
