// SPDX-License-Identifier: MIT

/// Contacts by their dense numbers, a bit for each.
struct ContactSet: ~Copyable {
    private var words: [UInt64]

    init(contacts: Int) { words = Array(repeating: 0, count: contacts / 64 + 1) }

    /// 1 for a contact that was not in the set yet, 0 for one that was.
    @inline(__always)
    mutating func insert(_ contact: UInt32) -> Int64 {
        let (word, bit) = (Int(contact &>> 6), UInt64(contact & 63))
        let old = words[word]
        words[word] = old | 1 &<< bit
        return Int64(truncatingIfNeeded: ~old &>> bit & 1)
    }

    mutating func removeAll(of list: borrowing EventList) {
        if list.events.count > words.count {
            words.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        } else {
            for event in list.events where event.contact != IDIndex.none { words[Int(event.contact &>> 6)] = 0 }
        }
    }
}
