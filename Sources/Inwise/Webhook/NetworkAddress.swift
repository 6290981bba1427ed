// SPDX-License-Identifier: MIT

internal import Glibc

/// The address of a machine: IPv6, or IPv4 as IPv6 has it (RFC 4291, section 2.5.5.2).
struct NetworkAddress: Equatable {
    let high: UInt64
    let low: UInt64

    private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

    var isIPv4: Bool { high == 0 && low & ~0xFFFF_FFFF == Self.mappedPrefix }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil for what is no address. A port behind it doesn't matter: `203.0.113.7:443`, `[2001:db8::1]:443`.
    init?(_ text: some StringProtocol) {
        var text = String(text)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            guard Self.isPort(text[text.index(after: end)...]) else { return nil }
            text = String(text[text.index(after: text.startIndex)..<end])
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            guard Self.isPort(text[colon...]) else { return nil }
            text = String(text[..<colon])
        }
        guard !text.isEmpty, text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: four.s_addr)))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self = withUnsafeBytes(of: six) {
            NetworkAddress(
                high: UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)), low: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    private static func isPort(_ text: Substring) -> Bool { text.isEmpty || text.first == ":" && UInt16(text.dropFirst()) != nil }
}

/// An address, or all that begin with the same bits: `10.0.0.0/8`.
struct Network: Equatable {
    private let first: NetworkAddress
    private let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = NetworkAddress(parts[0]) else { return nil }
        // An address that names a port, or brackets, is none of a network.
        guard !parts[0].contains("["), !first.isIPv4 || parts[0].filter({ $0 == ":" }).count != 1 else { return nil }
        self.first = first
        guard parts.count == 2 else {
            bits = 128
            return
        }
        let isPlainIPv4 = !parts[0].contains(":")
        guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 &- ASCII.zero <= 9 }), let length = Int(parts[1]),
            (0...(isPlainIPv4 ? 32 : 128)).contains(length)
        else { return nil }
        // A part of the IPv4 addresses as IPv6 has them; a shorter one would be all of them.
        guard isPlainIPv4 || !first.isIPv4 || length >= 96 else { return nil }
        bits = isPlainIPv4 ? 96 + length : length
    }

    func contains(_ address: NetworkAddress) -> Bool {
        let high = first.high ^ address.high, low = first.low ^ address.low
        switch bits {
        case 0: return true
        case ...64: return high >> UInt64(64 - bits) == 0
        case ..<128: return high == 0 && low >> UInt64(128 - bits) == 0
        default: return high == 0 && low == 0
        }
    }
}
