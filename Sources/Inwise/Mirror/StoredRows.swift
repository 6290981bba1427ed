// SPDX-License-Identifier: MIT

/// A mail that was handed over for delivery.
struct StoredMail {
    let id: Int64
    let date: WallTime
    let campaign: Int64
    let contact: Int64
    let transactionID: TextBuilder
    let messageSize: Int64
    /// A number of `names`.
    let source: Int64
    let email: TextBuilder
    let externalID: TextBuilder?
}

/// A recipient that was not sent to.
struct StoredUndelivered {
    let id: Int64
    let date: WallTime
    let campaign: Int64
    let contact: Int64
    /// A number of `names`.
    let reason: Int64
    let email: TextBuilder
    let externalID: TextBuilder?
}

/// A recipient's response to a mail.
struct StoredActivity {
    let id: Int64
    let date: WallTime
    let campaign: Int64
    let contact: Int64
    /// A number of `names`.
    let type: Int64
    /// Null where there is none.
    var ip: TextBuilder?
    var remarks: TextBuilder?
    var additionalData: TextBuilder?
    var externalID: TextBuilder?
}

extension RowIntake {
    /// Puts a row in whose id is new. Inside a transaction that writes.
    func insert(_ row: StoredMail) throws(InwiseError) {
        try insert(.sentEmails, row.id, row.date, row.campaign, row.contact, name: row.source, [
            (.transactionID, row.transactionID), (.email, row.email), (.externalID, row.externalID),
        ], size: row.messageSize)
    }

    /// Puts a row in whose id is new. Inside a transaction that writes.
    func insert(_ row: StoredUndelivered) throws(InwiseError) {
        try insert(.undelivered, row.id, row.date, row.campaign, row.contact, name: row.reason, [
            (.email, row.email), (.externalID, row.externalID),
        ])
    }

    /// Puts a row in whose id is new. Inside a transaction that writes.
    func insert(_ row: StoredActivity) throws(InwiseError) {
        try insert(.activities, row.id, row.date, row.campaign, row.contact, name: row.type, [
            (.ip, row.ip), (.remarks, row.remarks), (.additionalData, row.additionalData), (.externalID, row.externalID),
        ], nulls: row.ip == nil ? 1 << Int64(RowField.ip.rawValue) : 0)
    }

    private func insert(
        _ kind: RowKind, _ id: Int64, _ date: WallTime, _ campaign: Int64, _ contact: Int64, name: Int64,
        _ texts: [(RowField, TextBuilder?)], size: Int64? = nil, nulls: Int64 = 0
    ) throws(InwiseError) {
        let batch = batch(of: kind), layout = batch.layout, row = batch.row(0)
        row.clear()
        spare.begin()
        guard let key = RowKey.of(id: id) else { throw InwiseError(.internal, "A made-up row has an id that can't be.") }
        row.set(RowLayout.key, key)
        row.set(RowLayout.date, date.seconds)
        row.set(RowLayout.campaign, campaign)
        row.set(RowLayout.contact, contact)
        row.set(layout.name, name)
        row.set(layout.nulls, nulls)
        if let size { row.set(layout.slot(.messageSize), size) }
        for (field, text) in texts {
            guard let text else { continue }
            row.set(layout.slot(field), copy(of: text))
        }
        let arrival = try nextArrival(kind)
        if let arrival { row.set(layout.arrival, arrival) }
        guard try batch.insert(row) else { throw InwiseError(.internal, "Two made-up rows have one id.") }
        if let arrival { noteArrival(kind, next: arrival + 1) }
        try store.tally.count(campaign: campaign, type: StreamType.of(kind, name: name), contact: contact)
    }

    private func copy(of text: TextBuilder) -> UnsafeRawBufferPointer {
        text.withBytes { bytes in
            let room = spare.room(bytes.count)
            room.copyMemory(from: bytes)
            return UnsafeRawBufferPointer(rebasing: room[..<bytes.count])
        }
    }
}
