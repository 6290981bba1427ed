// SPDX-License-Identifier: MIT

extension String {
    /// As a URL holds it: letters, digits, `-`, `.`, `_` and what is named stand for themselves.
    func percentEncoded(keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF")
        let kept = Array(kept.utf8)
        return utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                encoded.append(Character(Unicode.Scalar(byte)))
            case _ where kept.contains(byte): encoded.append(Character(Unicode.Scalar(byte)))
            default: encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
