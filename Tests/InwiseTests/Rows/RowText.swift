// SPDX-License-Identifier: MIT

@testable import Inwise

/// Ways from text to pages and back that tests share.
enum RowText {
    static func buffer(_ bytes: some Sequence<UInt8>) throws -> ByteBuffer {
        let buffer = ByteBuffer()
        try Array(bytes).withUnsafeBytes { raw in try buffer.append(raw) }
        return buffer
    }

    static func page(_ text: String, _ kind: RowKind = .activities) throws -> RowPage {
        try RowPage(buffer(text.utf8), kind)
    }

    /// A copy, since `bytes` alone doesn't keep its buffer alive.
    static func copy(_ buffer: ByteBuffer) -> [UInt8] { withExtendedLifetime(buffer) { Array(buffer.bytes) } }

    static func string(_ buffer: ByteBuffer) -> String { String(decoding: copy(buffer), as: UTF8.self) }

    /// The error of a page that must have one.
    static func fault(_ bytes: some Sequence<UInt8>, _ kind: RowKind = .activities) throws -> InwiseError? {
        let buffer = try buffer(bytes)
        do {
            _ = try RowPage(buffer, kind)
            return nil
        } catch { return error }
    }

    /// What an action type or a date says; nil for none.
    static func text(at place: RowColumns.Place, hasEscapes: Bool, in page: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !place.isNone else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: page[Int(place.start)..<Int(place.start + place.length)])
        guard hasEscapes else { return Array(bytes) }
        var plain = [UInt8](repeating: 0, count: bytes.count)
        let count = plain.withUnsafeMutableBytes { Unescaped.write(bytes, into: $0) }
        return count.map { Array(plain.prefix($0)) }
    }
}
