// SPDX-License-Identifier: MIT

/// The domain of each contact's e-mail address, as the rows tell it: that of the latest row with an address, and of two of the
/// same second the greater by its bytes, so that the order in which rows come makes no difference.
struct ContactDomains: ~Copyable {
    var names = NameTable()
    /// By the contact's number, as far as any has one: the domain's number, and when it was seen.
    private var latest: [(domain: UInt32, time: UInt32)] = []
    /// Octets of a domain's name, by RFC 1035.
    private static let longest = 253

    /// The number of a contact's domain in `names`, or `NameTable.none`.
    func domain(of contact: UInt32) -> UInt32 {
        contact < latest.count ? latest[Int(contact)].domain : NameTable.none
    }

    /// When the contact's domain was seen.
    func time(of contact: UInt32) -> UInt32 { contact < latest.count ? latest[Int(contact)].time : EventTime.unknown }

    /// Notes an e-mail address; what has no domain is nothing.
    mutating func note(address: UnsafeRawBufferPointer, of contact: UInt32, _ time: UInt32) {
        guard let at = address.lastIndex(of: UInt8(ascii: "@")), case let domain = address[(at + 1)...],
            (1...Self.longest).contains(domain.count)
        else { return }
        withUnsafeTemporaryAllocation(byteCount: domain.count, alignment: 1) { lower in
            for (index, byte) in domain.enumerated() {
                lower[index] = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
            }
            note(names.number(of: UnsafeRawBufferPointer(lower)), of: contact, time)
        }
    }

    mutating func note(_ domain: UInt32, of contact: UInt32, _ time: UInt32) {
        let index = Int(contact)
        while latest.count <= index { latest.append((NameTable.none, EventTime.unknown)) }
        let known = latest[index]
        guard known.domain != domain || known.time < time else { return }
        let isLater = known.domain == NameTable.none || known.time < time
            || (known.time == time && names.name(of: known.domain).lexicographicallyPrecedes(names.name(of: domain)))
        if isLater { latest[index] = (domain, time) }
    }

    /// - Parameter contacts: the number here of each of the other's contacts.
    mutating func merge(_ other: borrowing ContactDomains, contacts: [UInt32]) {
        var here: [UInt32] = []
        for number in 0..<UInt32(other.names.count) {
            here.append(other.names.name(of: number).withUnsafeBytes { names.number(of: $0) })
        }
        for (contact, known) in other.latest.enumerated() where known.domain != NameTable.none {
            note(here[Int(known.domain)], of: contacts[contact], known.time)
        }
    }
}
