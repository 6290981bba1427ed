// SPDX-License-Identifier: MIT

/// Why a text is not what it should be, and at which byte; small enough for the inner loop to throw.
package struct ScanFault: Error, Equatable {
    package enum Reason: UInt8, CaseIterable {
        // What was expected and is not there.
        case root, row, key, colon, memberEnd, elementEnd, value, stringEnd, digit, end
        // What stands in the place of the whole.
        case empty, markup, byteOrderMark, objectForArray, arrayForObject
        // What is not allowed.
        case leadingZero, integerRange, realRange, controlCharacter, escape, surrogate, nulCharacter, encoding, depth
        // What does not go.
        case size, memory
    }

    var reason: Reason
    /// Bytes from the beginning of the text.
    var offset: Int
    /// Whether the text ended there.
    var isAtEnd = false
    /// The field that it is about, where that is one the library knows.
    var field: RowField?

    func naming(_ field: RowField) -> ScanFault {
        var fault = self
        fault.field = field
        return fault
    }
}

/// What a scanned text is, so that messages name it and say what to do.
enum ScannedText {
    /// A page that a service answered with.
    case answer
    /// A summary that a service answered with.
    case summary
    /// Rows that a program passed in.
    case rows

    /// What a message calls it.
    fileprivate var subject: String { self == .rows ? "The text passed as rows" : "The answer" }

    /// What it has to be.
    fileprivate var shape: String { self == .summary ? "a JSON object" : "a JSON array of rows" }

    /// What to do if it is something else altogether.
    fileprivate var advice: String {
        self == .rows
            ? "Pass the rows as a question or a cursor gives them."
            : "Check the URL and the path of the method; an error page of the service or of a proxy comes like this."
    }

    /// What to do if it is JSON with a fault in it.
    fileprivate var remedy: String {
        self == .rows
            ? "Pass the rows as a question or a cursor gives them, every byte of them."
            : "Ask again; if it stays so, the service or a proxy damages its answers: report it to them."
    }
}

extension ScanFault {
    /// The error as a person reads it. It tells places and what was expected, never what the text holds.
    func error(in text: ScannedText) -> InwiseError {
        InwiseError(reason == .memory ? .memory : .protocol, sentence(in: text))
    }

    private func sentence(in text: ScannedText) -> String {
        let subject = text.subject
        switch reason {
        case .empty:
            return "\(subject) is empty: at byte \(offset) \(text.shape) was expected. \(text.advice)"
        case .markup:
            return "\(subject) looks like an HTML page: at byte \(offset) \(text.shape) was expected. \(text.advice)"
        case .byteOrderMark:
            return "\(subject) begins with a byte-order mark: at byte \(offset) \(text.shape) was expected. Send UTF-8 without a mark."
        case .objectForArray:
            return "\(subject) is a JSON object where an array of rows was expected, at byte \(offset). \(text.advice)"
        case .arrayForObject:
            return "\(subject) is a JSON array where an object was expected, at byte \(offset). \(text.advice)"
        case .root:
            return "\(subject) is not JSON: at byte \(offset) \(text.shape) was expected. \(text.advice)"
        case .row where !isAtEnd:
            return "\(subject) is no array of rows: at byte \(offset) \(expected) was expected. \(text.advice)"
        case .row, .key, .colon, .memberEnd, .elementEnd, .value, .stringEnd, .digit, .end:
            return isAtEnd
                ? "\(subject) breaks off at byte \(offset), where \(expected) was expected. \(text.remedy)"
                : "\(subject) is not valid JSON: at byte \(offset) \(expected) was expected. \(text.remedy)"
        case .leadingZero:
            return "\(subject) has a number with a leading zero at byte \(offset), where JSON expects another digit first. \(text.remedy)"
        case .integerRange:
            return "The number at byte \(offset)\(ofField) does not fit 64 bits, where a 64-bit integer was expected. Nothing was rounded; report it to whoever sends such numbers."
        case .realRange:
            return "The number at byte \(offset)\(ofField) is too large for any program's numbers, where one below 1.8e308 was expected. Report it to whoever sends such numbers."
        case .controlCharacter:
            return "\(subject) has a bare control character in a string at byte \(offset), where its escaped form was expected. \(text.remedy)"
        case .escape:
            return "\(subject) has an escape that JSON doesn't know at byte \(offset): one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u and four hexadecimal digits was expected. \(text.remedy)"
        case .surrogate:
            return "\(subject) has half a surrogate pair at byte \(offset), where both halves were expected. \(text.remedy)"
        case .nulCharacter:
            return "\(subject) has a character \\u0000 at byte \(offset), which a C string can't hold: any other character was expected. \(text.remedy)"
        case .encoding:
            return "\(subject) is not UTF-8: byte \(offset) belongs to no character. Nothing was repaired. \(text.remedy)"
        case .depth:
            return "\(subject) is nested too deep at byte \(offset): at most \(JSONScanner.deepest) levels were expected. \(text.remedy)"
        case .size:
            return "\(subject) is larger than 2 GiB; at most \(offset) bytes were expected. Ask for smaller pages, or pass the rows in parts."
        case .memory:
            return "No memory for the places of the rows, at byte \(offset). Ask for smaller pages, or pass the rows in parts."
        }
    }

    /// The field, where the library knows it: a name that only the text knows might be somebody's data.
    private var ofField: String { field.map { ", of \"\($0.name)\"," } ?? "" }

    private var expected: String {
        switch reason {
        case .row: "a row, which is a JSON object,"
        case .key: "a name in quotes"
        case .colon: "a colon"
        case .memberEnd: "a comma or a closing brace"
        case .elementEnd: "a comma or a closing bracket"
        case .value: "a value"
        case .stringEnd: "the end of a string"
        case .digit: "a digit"
        case .end: "the end of the text"
        default: "something else"
        }
    }
}
