// SPDX-License-Identifier: MIT

internal import Glibc

/// The fields of a form, `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), in their order, without their escapes.
struct FormFields: ~Copyable {
    /// Where a text lies in the form.
    struct Span: BitwiseCopyable {
        let start: UInt32
        let count: UInt32
    }

    struct Field: BitwiseCopyable {
        let name: Span
        let value: Span
    }

    static let mostFields = 10_000

    private let memory: UnsafeMutableRawPointer
    private let fields: UnsafeMutablePointer<Field>
    let count: Int

    /// - Parameter body: below 4 GiB.
    /// - Throws: `.protocol` for more fields than `mostFields`, a NUL, or what isn't UTF-8.
    init(_ body: UnsafeRawBufferPointer) throws(InwiseError) {
        let most = Self.separators(body) + 1
        guard most <= Self.mostFields else {
            throw InwiseError(.protocol, "The webhook has \(most) fields; \(Self.mostFields) is the most that is read. It is none of the service's.")
        }
        // The fields first, which must be aligned.
        let room = most * MemoryLayout<Field>.stride
        guard let memory = malloc(room + body.count + 1) else { throw InwiseError.noMemory }
        let fields = memory.bindMemory(to: Field.self, capacity: most)
        var reader = Reader(body: body, text: (memory + room).assumingMemoryBound(to: UInt8.self), fields: fields)
        let count = reader.read()
        // Between two texts is the sign that parts them, so that none of them makes a character of two halves.
        let text = UnsafeRawBufferPointer(start: memory + room, count: reader.written)
        do throws(InwiseError) {
            guard !reader.hasNUL else { throw InwiseError(.protocol, "The webhook has a NUL character in it, which no text has. It is none of the service's.") }
            guard JSONScanner.isUTF8(text) else { throw InwiseError(.protocol, "The webhook is not valid UTF-8. Hand over the body's bytes as they came.") }
        } catch {
            free(memory)
            throw error
        }
        self.memory = memory
        self.fields = fields
        self.count = count
        self.text = text
    }

    /// All texts, one behind the other.
    let text: UnsafeRawBufferPointer

    deinit { free(memory) }

    @inline(__always)
    subscript(_ index: Int) -> Field { fields[index] }

    @inline(__always)
    func bytes(_ span: Span) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[Int(span.start)..<(Int(span.start) + Int(span.count))])
    }

    private static func separators(_ body: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in body { count &+= byte == UInt8(ascii: "&") ? 1 : 0 }
        return count
    }
}

/// Goes once over a body. What is written is never longer than what was read.
private struct Reader {
    let body: UnsafeRawBufferPointer
    let text: UnsafeMutablePointer<UInt8>
    let fields: UnsafeMutablePointer<FormFields.Field>
    private(set) var written = 0
    private(set) var hasNUL = false

    init(body: UnsafeRawBufferPointer, text: UnsafeMutablePointer<UInt8>, fields: UnsafeMutablePointer<FormFields.Field>) {
        self.body = body
        self.text = text
        self.fields = fields
    }

    /// - Returns: how many fields there are; an empty one is none.
    mutating func read() -> Int {
        var count = 0, at = 0, place = 0
        var start = 0, valueStart = -1
        let end = body.count
        while at <= end {
            let byte = at < end ? body[at] : UInt8(ascii: "&")
            at &+= 1
            switch byte {
            case UInt8(ascii: "&"):
                if place > start {
                    let nameEnd = valueStart < 0 ? place : valueStart &- 1
                    let valueFrom = valueStart < 0 ? place : valueStart
                    fields[count] = FormFields.Field(name: Self.span(start, nameEnd), value: Self.span(valueFrom, place))
                    count &+= 1
                }
                text[place] = byte
                place &+= 1
                start = place
                valueStart = -1
            case UInt8(ascii: "="):
                text[place] = byte
                place &+= 1
                if valueStart < 0 { valueStart = place }
            case UInt8(ascii: "+"):
                text[place] = UInt8(ascii: " ")
                place &+= 1
            case UInt8(ascii: "%"):
                var decoded = byte
                // Where no two digits follow it stands for itself.
                if at &+ 1 < end, let high = Self.digit(body[at]), let low = Self.digit(body[at &+ 1]) {
                    decoded = high << 4 | low
                    at &+= 2
                }
                if decoded == 0 { hasNUL = true }
                text[place] = decoded
                place &+= 1
            case 0:
                hasNUL = true
            default:
                text[place] = byte
                place &+= 1
            }
        }
        written = place
        return count
    }

    @inline(__always)
    private static func span(_ start: Int, _ end: Int) -> FormFields.Span {
        FormFields.Span(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: end &- start))
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt8? {
        let decimal = byte &- UInt8(ascii: "0")
        if decimal < 10 { return decimal }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }
}
