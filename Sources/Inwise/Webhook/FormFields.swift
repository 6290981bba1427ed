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
        let read = Reader.read(copy, end: body.count, text: memory + room, fields: fields)
        memset(memory + room + read.written, 0, Self.slack - 1)
        // Between two texts is the sign that parts them, so that none of them makes a character of two halves.
        let text = UnsafeRawBufferPointer(start: memory + room, count: read.written)
        do throws(InwiseError) {
            guard !read.hasNUL else { throw InwiseError(.protocol, "The webhook has a NUL character in it, which no text has. It is none of the service's.") }
            // Mostly all of it is found good here; the bytes behind the texts are ASCII.
            let good = text.baseAddress.map { inwise_utf8_prefix($0, text.count + Self.slack - 1) } ?? 0
            guard good >= text.count || JSONScanner.isUTF8(text) else { throw InwiseError(.protocol, "The webhook is not valid UTF-8. Hand over the body's bytes as they came.") }
        } catch {
            free(memory)
            throw error
        }
        self.memory = memory
        self.fields = fields
        self.count = read.count
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

    /// Where a byte first comes in a text; its length where it doesn't.
    @inline(__always)
    func place(of byte: UInt8, in span: Span) -> UInt32 {
        guard let start = bytes(span).baseAddress else { return span.count }
        return UInt32(truncatingIfNeeded: inwise_find(start, Int(span.count), CChar(byte)))
    }
}

/// Goes once over a body.
private enum Reader {
    /// Bytes behind a body: an ampersand, and NUL.
    static let slack = 65

    /// - Parameters:
    ///   - body: behind its `end` are `slack` bytes.
    ///   - text: of as many bytes as the body, and `FormFields.slack` more.
    ///   - fields: of one more than there are ampersands.
    /// - Returns: how many fields there are, of which an empty one is none; how long the text is, and whether there is a NUL in it.
    @inline(__always)
    static func read(
        _ body: UnsafeRawPointer, end: Int, text: UnsafeMutableRawPointer, fields: UnsafeMutablePointer<FormFields.Field>
    ) -> (count: Int, written: Int, hasNUL: Bool) {
        var hasNUL = false
        var count = 0
        // Of the body, what has been copied; each escape is that much shorter in the text, and all that follows stands that much earlier.
        var copied = 0, saved = 0
        // Places in the text.
        var nameStart = 0, nameEnd = -1
        var block = 0
        while block <= end {
            var special = inwise_form_special64(body + block)
            while special != 0 {
                let next = block &+ special.trailingZeroBitCount
                let place = next &- saved
                special &= special &- 1
                switch body.load(fromByteOffset: next, as: UInt8.self) {
                case UInt8(ascii: "="):
                    if nameEnd < 0 { nameEnd = place }
                case UInt8(ascii: "&"):
                    if place > nameStart {
                        if nameEnd < 0 {
                            fields[count] = FormFields.Field(name: Self.span(nameStart, place), value: Self.span(place, place))
                        } else {
                            fields[count] = FormFields.Field(name: Self.span(nameStart, nameEnd), value: Self.span(nameEnd &+ 1, place))
                        }
                        count &+= 1
                    }
                    nameStart = place &+ 1
                    nameEnd = -1
                    if next == end {
                        inwise_form_copy(text + (copied &- saved), body + copied, end &- copied)
                        return (count, place, hasNUL)
                    }
                case UInt8(ascii: "%"):
                    // Where no two digits follow it stands for itself.
                    let code = inwise_hex_byte(body + next + 1)
                    guard code > 0 else {
                        if code == 0 { hasNUL = true }
                        break
                    }
                    inwise_form_copy(text + (copied &- saved), body + copied, next &- copied)
                    text.storeBytes(of: UInt8(truncatingIfNeeded: code), toByteOffset: place, as: UInt8.self)
                    copied = next &+ 3
                    saved &+= 2
                default:
                    hasNUL = true
                }
            }
            block &+= 64
        }
        return (count, 0, hasNUL)
    }

    @inline(__always)
    private static func span(_ start: Int, _ end: Int) -> FormFields.Span {
        FormFields.Span(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: end &- start))
    }
}
