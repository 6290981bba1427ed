// SPDX-License-Identifier: MIT

/// Writes rows as a JSON array, from the store's bytes to the answer's without a `String` between.
///
/// Fields stand in the order of the vendor's samples; what a row hadn't is left out, and what it had beside them comes last.
final class PageWriter {
    private let store: Store
    private let layout: RowLayout
    private let ids: ServiceRules.IDs
    private let output = ByteBuffer()
    private var scratch = [UInt8]()
    private(set) var rows = 0
    /// Of the row written last.
    private(set) var lastKey: Int64 = 0
    private(set) var lastDate: Int64 = 0
    /// The largest of the rows written.
    private(set) var lastArrival: Int64 = 0

    init(_ store: Store, _ kind: RowKind, ids: ServiceRules.IDs) {
        self.store = store
        self.ids = ids
        layout = RowLayout.of(kind)
        scratch.reserveCapacity(Self.chunk + 4096)
        scratch.append(UInt8(ascii: "["))
    }

    /// Bytes gathered before they go to the answer.
    private static let chunk = 1 << 16

    /// The columns that are read, in their order: slots are their places.
    var columns: String { layout.names.joined(separator: ", ") }

    /// Writes every row that a statement gives, and resets it.
    func write(all statement: Statement) throws(InwiseError) {
        defer { statement.reset() }
        while try statement.step() { try write(statement) }
    }

    /// Writes the row that the statement stands on.
    private func write(_ row: Statement) throws(InwiseError) {
        if rows > 0 { scratch.append(UInt8(ascii: ",")) }
        rows += 1
        lastKey = row.integer(0)
        lastDate = row.integer(Int32(RowLayout.date))
        lastArrival = max(lastArrival, row.integer(Int32(layout.arrival)))
        let nulls = UInt64(bitPattern: row.integer(Int32(layout.nulls)))
        let hasExtra = !row.isNull(Int32(layout.extra))
        scratch.append(UInt8(ascii: "{"))
        let start = scratch.count
        for slot in layout.written {
            let column = layout.columns[slot]
            if nulls >> UInt64(column.field.rawValue) & 1 == 0 {
                try write(column, row, Int32(slot), start: start)
            } else if !hasExtra {
                name(column, start)
                raw("null")
            }
        }
        if let extra = row.text(Int32(layout.extra)) {
            guard JSONScanner.areMembers(extra) else { throw Self.damaged }
            if scratch.count > start { scratch.append(UInt8(ascii: ",")) }
            scratch.append(contentsOf: extra)
        }
        scratch.append(UInt8(ascii: "}"))
        if scratch.count >= Self.chunk { try flush() }
    }

    private func write(_ column: RowLayout.Column, _ row: Statement, _ index: Int32, start: Int) throws(InwiseError) {
        guard !row.isNull(index) else { return }
        let value = row.integer(index)
        switch column.role {
        case .key:
            // A row that lies where a hash says has no id.
            guard let id = RowKey.id(of: value) else { return }
            name(column, start)
            write(id: id)
        case .date:
            guard value != RowLayout.undated else { return }
            name(column, start)
            scratch.append(UInt8(ascii: "\""))
            WallTime(seconds: value).write { scratch.append($0) }
            scratch.append(UInt8(ascii: "\""))
        case .id:
            name(column, start)
            write(id: value)
        case .number:
            name(column, start)
            number(value)
        case .name:
            name(column, start)
            if let shared = try store.names.text(of: value) { shared.withBytes { text($0) } } else { raw("null") }
        case .text:
            name(column, start)
            if let bytes = row.text(index) { text(bytes) }
        }
    }

    /// Ends the array and gives it.
    func finish() throws(InwiseError) -> ByteBuffer {
        scratch.append(UInt8(ascii: "]"))
        try flush()
        // The database hands out what lies in the file, whatever has become of it.
        guard JSONScanner.isUTF8(output.bytes) else { throw Self.damaged }
        return output
    }

    private static var damaged: InwiseError {
        InwiseError(.store, "The mirror is damaged: a text in it can't be read. Move the file away and sync anew; the rows are still at the service.")
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

    /// A member's name, and what stands before and behind it.
    private func name(_ column: RowLayout.Column, _ start: Int) {
        if scratch.count > start { scratch.append(UInt8(ascii: ",")) }
        scratch.append(UInt8(ascii: "\""))
        raw(column.field.name)
        scratch.append(UInt8(ascii: "\""))
        scratch.append(UInt8(ascii: ":"))
    }

    private func write(id value: Int64) {
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

    private func text(_ value: UnsafeRawBufferPointer) { JSONTextWriter.append(value, to: &scratch) }
}
