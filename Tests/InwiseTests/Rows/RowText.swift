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

    /// What a text says; nil for none.
    static func text(at place: RowColumns.Text?, in page: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let place else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: page[place.range])
        guard place.isEscaped else { return Array(bytes) }
        return Unescaped.withBytes(of: bytes) { Array($0) }
    }
}
