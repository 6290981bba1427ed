// SPDX-License-Identifier: MIT

/// A 64-bit hash of bytes, the same on every machine and in every process. No defence against chosen input but its seed.
enum ByteHash {
    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
        var at = 0
        while at &+ 8 <= bytes.count {
            state = mix(state, with: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            at &+= 8
        }
        var rest: UInt64 = 0
        while at < bytes.count {
            rest = rest &<< 8 | UInt64(bytes[at])
            at &+= 1
        }
        return mix(state, with: rest)
    }

    /// Folds a word in, by a 128-bit product whose halves are joined.
    @inline(__always)
    static func mix(_ state: UInt64, with word: UInt64) -> UInt64 {
        let product = (state ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: word ^ 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low &+ state
    }
}
