// SPDX-License-Identifier: MIT

/// What one campaign's rows add up to. Counts never overflow: `Funnel` keeps the number of all its rows within 64 bits.
final class CampaignCounts {
    /// A contact with an action type whose slot has no bit in `contacts`.
    private struct Rare: Hashable {
        var slot: Int
        var contact: Int64
    }

    /// Rows.
    private(set) var sent: Int64 = 0
    private(set) var undelivered: Int64 = 0
    /// Activities by slot, of the slots that have a bit; as long as it has to be.
    private var counts: [Int64] = []
    private var contacts = ContactTable()
    /// The same, exactly, of the slots beyond.
    private var rareCounts: [Int: Int64] = [:]
    private var rareContacts: Set<Rare> = []

    func addSent() { sent &+= 1 }
    func addUndelivered() { undelivered &+= 1 }

    @inline(__always)
    func addActivity(slot: Int, contact: Int64?) {
        add(1, slot: slot)
        if let contact { mark(contact, slot: slot) }
    }

    private func add(_ activities: Int64, slot: Int) {
        guard slot < ContactTable.width else {
            rareCounts[slot, default: 0] &+= activities
            return
        }
        while counts.count <= slot { counts.append(0) }
        counts[slot] &+= activities
    }

    @inline(__always)
    private func mark(_ contact: Int64, slot: Int) {
        if slot < ContactTable.width {
            contacts.insert(contact, 1 &<< UInt64(slot))
        } else {
            rareContacts.insert(Rare(slot: slot, contact: contact))
        }
    }

    // MARK: - Together

    /// Adds another campaign's counts. Not its own: see `double`.
    ///
    /// - Parameter slots: for each slot of the other's, the same type's slot here.
    func merge(_ other: CampaignCounts, slots: [Int]) {
        sent &+= other.sent
        undelivered &+= other.undelivered
        for (slot, count) in other.counts.enumerated() where count != 0 { add(count, slot: slots[slot]) }
        for (slot, count) in other.rareCounts { add(count, slot: slots[slot]) }
        contacts.reserve(contacts.count + other.contacts.count)
        let known: UInt64 = 1 << UInt64(ActionTypes.firstOther) - 1
        other.contacts.forEach { contact, bits in
            contacts.insert(contact, bits & known)
            var rest = bits & ~known
            while rest != 0 {
                mark(contact, slot: slots[rest.trailingZeroBitCount])
                rest &= rest - 1
            }
        }
        for rare in other.rareContacts { mark(rare.contact, slot: slots[rare.slot]) }
    }

    /// Adds its own counts: rows count twice, contacts don't.
    func double() {
        sent &*= 2
        undelivered &*= 2
        for slot in counts.indices { counts[slot] &*= 2 }
        for slot in rareCounts.keys { rareCounts[slot, default: 0] &*= 2 }
    }

    /// Adds what there is to the totals.
    func add(to totals: inout FunnelTotals) {
        totals.sent &+= sent
        totals.undelivered &+= undelivered
        for (slot, count) in counts.enumerated() { totals.counts[slot] &+= count }
        for (slot, count) in rareCounts { totals.counts[slot] &+= count }
        var uniques = [Int64](repeating: 0, count: ContactTable.width)
        contacts.forEach { _, bits in
            var rest = bits
            while rest != 0 {
                uniques[rest.trailingZeroBitCount] &+= 1
                rest &= rest &- 1
            }
        }
        for (slot, unique) in uniques.enumerated() where unique != 0 { totals.uniques[slot] &+= unique }
        for rare in rareContacts { totals.uniques[rare.slot] &+= 1 }
    }
}
