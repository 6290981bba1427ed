// SPDX-License-Identifier: MIT

/// Writes rows as a JSON array, from the store's bytes to the answer's without a `String` between.
///
/// Fields stand in the order of the vendor's samples. Text columns without a value are left out, but for the `ip` of an
/// activity, which is then null.
final class PageWriter {
    private let store: Store
    private let ids: ServiceRules.IDs
    private let output = ByteBuffer()
    private var scratch = [UInt8]()
    private(set) var rows = 0
    /// The id of the row written last.
    private(set) var lastID: Int64 = 0

    init(_ store: Store, ids: ServiceRules.IDs) {
        self.store = store
        self.ids = ids
        scratch.reserveCapacity(Self.chunk + 4096)
        scratch.append(UInt8(ascii: "["))
    }

    /// Bytes gathered before they go to the answer.
    private static let chunk = 1 << 16

    /// The columns that `write` reads, in its order; the table is called `page`.
    static func columns(of kind: RowKind) -> String {
        let contact = { (column: String) in "(SELECT \(column) FROM contacts WHERE contacts.id = page.contact)" }
        let common = "page.id, page.date, page.campaign, page.contact, \(contact("external_id"))"
        switch kind {
        case .sentEmails: return "\(common), \(contact("email")), transaction_id, message_size, source"
        case .undelivered: return "\(common), \(contact("email")), reason"
        case .activities: return "\(common), ip, type, remarks, additional_data"
        }
    }

    /// Writes the row that the statement stands on.
    func write(_ kind: RowKind, _ row: Statement) throws(InwiseError) {
        if rows > 0 { scratch.append(UInt8(ascii: ",")) }
        rows += 1
        lastID = row.integer(0)
        switch kind {
        case .sentEmails:
            raw("{\"row_index\":")
            id(lastID)
            raw(",\"transaction_id\":")
            text(row.text(6))
            raw(",\"contact_id\":")
            id(row.integer(3))
            raw(",\"campaign_id\":")
            id(row.integer(2))
            raw(",\"date_sent\":")
            date(row.integer(1))
            raw(",\"email\":")
            text(row.text(5))
            raw(",\"message_size\":")
            number(row.integer(7))
            raw(",\"sending_source\":")
            name(row.integer(8))
        case .undelivered:
            raw("{\"id\":")
            id(lastID)
            raw(",\"campaign_id\":")
            id(row.integer(2))
            raw(",\"email\":")
            text(row.text(5))
            raw(",\"contact_id\":")
            id(row.integer(3))
            raw(",\"reason\":")
            name(row.integer(6))
            raw(",\"create_date\":")
            date(row.integer(1))
        case .activities:
            raw("{\"id\":")
            id(lastID)
            raw(",\"action_date\":")
            date(row.integer(1))
            raw(",\"contact_id\":")
            id(row.integer(3))
            raw(",\"campaign_id\":")
            id(row.integer(2))
            raw(",\"ip\":")
            text(row.text(5))
            raw(",\"action_type\":")
            name(row.integer(6))
            member(",\"remarks\":", row.text(7))
            member(",\"additional_data\":", row.text(8))
        }
        member(",\"external_id\":", row.text(4))
        scratch.append(UInt8(ascii: "}"))
        if scratch.count >= Self.chunk { try flush() }
    }

    /// Ends the array and gives it.
    func finish() throws(InwiseError) -> ByteBuffer {
        scratch.append(UInt8(ascii: "]"))
        try flush()
        return output
    }

    private func flush() throws(InwiseError) {
        let outcome: Result<Void, InwiseError> = scratch.withUnsafeBytes { bytes in
            Result { () throws(InwiseError) in try output.append(bytes) }
        }
        try outcome.get()
        scratch.removeAll(keepingCapacity: true)
    }

    // MARK: Values

    private func raw(_ text: StaticString) {
        scratch.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func id(_ value: Int64) {
        guard ids == .strings else { return number(value) }
        scratch.append(UInt8(ascii: "\""))
        number(value)
        scratch.append(UInt8(ascii: "\""))
    }

    private func number(_ value: Int64) {
        if value < 0 { scratch.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = scratch.count
        repeat {
            scratch.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        scratch[start...].reverse()
    }

    private func date(_ seconds: Int64) {
        scratch.append(UInt8(ascii: "\""))
        WallTime(seconds: seconds).write { scratch.append($0) }
        scratch.append(UInt8(ascii: "\""))
    }

    private func name(_ number: Int64) {
        guard let text = store.text(ofName: number) else { return raw("null") }
        text.withBytes { self.text($0) }
    }

    /// A member that is left out where there is no value.
    private func member(_ name: StaticString, _ value: UnsafeRawBufferPointer?) {
        guard let value else { return }
        raw(name)
        text(value)
    }

    /// A JSON string, or null.
    private func text(_ value: UnsafeRawBufferPointer?) {
        guard let value else { return raw("null") }
        JSONTextWriter.append(value, to: &scratch)
    }
}
