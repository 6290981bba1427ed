// SPDX-License-Identifier: MIT

/// Integers of seven bits a byte, the lowest first, as LEB128 and Protocol Buffers write them.
extension ByteBuffer {
    func append(varint value: UInt64) throws(InwiseError) {
        var rest = value
        while rest >= 0x80 {
            try append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        try append(UInt8(truncatingIfNeeded: rest))
    }
}
