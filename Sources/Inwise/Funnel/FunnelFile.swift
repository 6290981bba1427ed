// SPDX-License-Identifier: MIT

/// A funnel as bytes: a header of 32 and a body. Equal funnels give equal bytes, in whatever order their rows came: ids and
/// names are sorted, and numbered in that order.
///
///     header  "\x89INWFNL\n", version, length of the body, checksum of the body: 8 bytes each, the lowest first
///     body    varints: names of types, sources, domains; ids of contacts, with their domains; ids of campaigns; lists
enum FunnelFile {
    // As PNG's: a text that lost its eighth bits, or whose line ends were changed, is known at once.
    private static let magic: UInt64 = 0x0A4C_4E46_574E_4989
    static let version: UInt64 = 1
    static let headerLength = 32

    /// What is wrong with bytes that are no saved funnel.
    enum Fault: Error, CaseIterable { case foreign, newer, cutOff, damaged }

    static func write(_ store: borrowing EventStore) throws(InwiseError) -> ByteBuffer {
        let body = ByteBuffer()
        try FunnelWriter.write(store, to: body)
        let file = ByteBuffer()
        try file.reserve(headerLength + body.count)
        let bytes = body.bytes
        for word in [magic, version, UInt64(bytes.count), checksum(of: bytes)] {
            for shift in stride(from: UInt64(0), to: 64, by: 8) { try file.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        try file.append(bytes)
        return file
    }

    /// Trusts nothing: whatever is not as `write` makes it is a fault.
    static func read(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> EventStore {
        var header = ByteReader(bytes)
        guard header.word() == magic else { throw .foreign }
        guard let version = header.word(), let length = header.word(), let sum = header.word() else { throw .cutOff }
        guard version <= Self.version else { throw .newer }
        guard length <= UInt64(header.remaining), let body = header.take(Int(length)) else { throw .cutOff }
        guard version == Self.version, header.remaining == 0, checksum(of: body) == sum else { throw .damaged }
        guard let store = FunnelReader.store(from: body) else { throw .damaged }
        return store
    }

    private static func checksum(of body: UnsafeRawBufferPointer) -> UInt64 { ByteHash.hash(body, seed: version) }
}

extension FunnelFile.Fault {
    var error: InwiseError {
        let sentence =
            switch self {
            case .foreign: "The bytes are no funnel that inwise_funnel_save made. Pass what it gave, every byte of it."
            case .newer: "The funnel was saved by a newer version of the library. Update this one to load it."
            case .cutOff: "The saved funnel breaks off. Pass all the bytes that inwise_funnel_save gave."
            case .damaged: "The saved funnel is damaged, so nothing of it was taken. Count its rows again."
            }
        return .argument("bytes", sentence)
    }
}
