// SPDX-License-Identifier: MIT

internal import CByteScan
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
    /// Bytes behind the texts that may be read or written, so that all of one can be handled 16 at a time.
    private static let slack = 17

    private let memory: UnsafeMutableRawPointer
    private let fields: UnsafeMutablePointer<Field>
    let count: Int

    /// - Parameter body: below 4 GiB.
    /// - Throws: `.protocol` for more fields than `mostFields`, a NUL, or what isn't UTF-8.
    init(_ body: UnsafeRawBufferPointer) throws(InwiseError) {
        let most = body.baseAddress.map { inwise_count($0, body.count, CChar(UInt8(ascii: "&"))) + 1 } ?? 0
        guard most <= Self.mostFields else {
            throw InwiseError(.protocol, "The webhook has \(most) fields; \(Self.mostFields) is the most that is read. It is none of the service's.")
        }
        // The fields first, which must be aligned; behind the texts a copy of the body, of which more can be read than it has.
        let room = most * MemoryLayout<Field>.stride
        guard let memory = malloc(room + body.count + Self.slack + body.count + Reader.slack) else { throw InwiseError.noMemory }
        let fields = memory.bindMemory(to: Field.self, capacity: most)
        let copy = memory + room + body.count + Self.slack
        if let start = body.baseAddress { copy.copyMemory(from: start, byteCount: body.count) }
        // Whatever comes last ends there.
        copy.storeBytes(of: UInt8(ascii: "&"), toByteOffset: body.count, as: UInt8.self)
        memset(copy + body.count + 1, 0, Reader.slack - 1)
        var reader = Reader(body: copy, end: body.count, text: memory + room, fields: fields)
        let count = reader.read()
        memset(memory + room + reader.written, 0, Self.slack - 1)
        // Between two texts is the sign that parts them, so that none of them makes a character of two halves.
        let text = UnsafeRawBufferPointer(start: memory + room, count: reader.written)
        do throws(InwiseError) {
            guard !reader.hasNUL else { throw InwiseError(.protocol, "The webhook has a NUL character in it, which no text has. It is none of the service's.") }
            // Mostly all of it is found good here; the bytes behind the texts are ASCII.
            let good = text.baseAddress.map { inwise_utf8_prefix($0, text.count + Self.slack - 1) } ?? 0
            guard good >= text.count || JSONScanner.isUTF8(text) else { throw InwiseError(.protocol, "The webhook is not valid UTF-8. Hand over the body's bytes as they came.") }
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
}

/// Goes once over a body. What is written is never longer than what was read.
private struct Reader {
    /// Behind the body an ampersand, and up to `slack` bytes of NUL.
    let body: UnsafeMutableRawPointer
    let end: Int
    let text: UnsafeMutableRawPointer
    let fields: UnsafeMutablePointer<FormFields.Field>
    private(set) var written = 0
    private(set) var hasNUL = false

    static let slack = 65

    init(body: UnsafeMutableRawPointer, end: Int, text: UnsafeMutableRawPointer, fields: UnsafeMutablePointer<FormFields.Field>) {
        self.body = body
        self.end = end
        self.text = text
        self.fields = fields
    }

    /// - Returns: how many fields there are; an empty one is none.
    mutating func read() -> Int {
        var count = 0, at = 0, place = 0
        var nameStart = 0, valueStart = -1
        var block = 0
        while block <= end {
            var special = inwise_form_special64(body + block)
            while special != 0 {
                let next = block &+ special.trailingZeroBitCount
                special &= special &- 1
                // What stands for itself.
                var from = at, to = place
                at = next &+ 1
                place &+= next &- from
                repeat {
                    text.storeBytes(of: body.loadUnaligned(fromByteOffset: from, as: SIMD16<UInt8>.self), toByteOffset: to, as: SIMD16<UInt8>.self)
                    from &+= 16
                    to &+= 16
                } while from < next
                let byte = body.load(fromByteOffset: next, as: UInt8.self)
                var decoded = byte
                switch byte {
                case UInt8(ascii: "%"):
                    // Where no two digits follow it stands for itself.
                    let high = Self.digit(body.load(fromByteOffset: at, as: UInt8.self))
                    let low = Self.digit(body.load(fromByteOffset: at &+ 1, as: UInt8.self))
                    if high | low < 16 {
                        decoded = high << 4 | low
                        at &+= 2
                        if decoded == 0 { hasNUL = true }
                    }
                case UInt8(ascii: "="):
                    if valueStart < 0 { valueStart = place &+ 1 }
                case UInt8(ascii: "+"):
                    decoded = UInt8(ascii: " ")
                case UInt8(ascii: "&"):
                    if place > nameStart {
                        let nameEnd = valueStart < 0 ? place : valueStart &- 1
                        let valueFrom = valueStart < 0 ? place : valueStart
                        fields[count] = FormFields.Field(name: Self.span(nameStart, nameEnd), value: Self.span(valueFrom, place))
                        count &+= 1
                    }
                    nameStart = place &+ 1
                    valueStart = -1
                    if next == end {
                        written = place
                        return count
                    }
                default:
                    hasNUL = true
                }
                text.storeBytes(of: decoded, toByteOffset: place, as: UInt8.self)
                place &+= 1
            }
            block &+= 64
        }
        written = place
        return count
    }

    @inline(__always)
    private static func span(_ start: Int, _ end: Int) -> FormFields.Span {
        FormFields.Span(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: end &- start))
    }

    /// What a hexadecimal digit stands for; more than 15 for any other character.
    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt8 { digits[Int(byte)] }

    private static let digits: InlineArray<256, UInt8> = {
        var digits = InlineArray<256, UInt8>(repeating: 0xFF)
        for value in UInt8(0)...9 { digits[Int(UInt8(ascii: "0") + value)] = value }
        for value in UInt8(10)...15 {
            digits[Int(UInt8(ascii: "a") + value - 10)] = value
            digits[Int(UInt8(ascii: "A") + value - 10)] = value
        }
        return digits
    }()
}
