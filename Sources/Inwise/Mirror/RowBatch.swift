// SPDX-License-Identifier: MIT

/// Rows on their way into their table: for each of them a value for each slot, and the statements that put them there.
///
/// One statement takes many rows, since a statement costs as much as a row. Texts are places in memory that must last until the rows are
/// in.
final class RowBatch {
    /// What a slot holds.
    enum State: UInt8 { case none, integer, text }

    /// Rows that one statement takes.
    static let capacity = 50

    let layout: RowLayout
    private let slots: Int
    private unowned let store: Store
    /// Prepared when first needed: the one for many rows takes its time.
    private var statements: [Use: Statement] = [:]

    private enum Use { case insertAll, insertOne, stored, update, between }

    // By row and slot.
    private let states: UnsafeMutablePointer<State>
    private let integers: UnsafeMutablePointer<Int64>
    private let texts: UnsafeMutablePointer<UnsafeRawBufferPointer>
    /// What the parameters of the statement for many rows hold; of texts no more than that.
    private let bound: UnsafeMutablePointer<State>
    private let boundIntegers: UnsafeMutablePointer<Int64>

    init(_ layout: RowLayout, _ store: Store) {
        self.layout = layout
        self.store = store
        slots = layout.slots
        let count = slots * Self.capacity
        states = .allocate(capacity: count)
        integers = .allocate(capacity: count)
        texts = .allocate(capacity: count)
        bound = .allocate(capacity: count)
        boundIntegers = .allocate(capacity: count)
        states.initialize(repeating: .none, count: count)
        integers.initialize(repeating: 0, count: count)
        texts.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: count)
        bound.initialize(repeating: .none, count: count)
        boundIntegers.initialize(repeating: 0, count: count)
    }

    deinit {
        states.deallocate()
        integers.deallocate()
        texts.deallocate()
        bound.deallocate()
        boundIntegers.deallocate()
    }

    private func statement(_ use: Use) throws(InwiseError) -> Statement {
        if let statement = statements[use] { return statement }
        let statement = try store.database.prepare(sql(for: use))
        statements[use] = statement
        return statement
    }

    private func sql(for use: Use) -> String {
        let names = layout.names, table = layout.table
        let row = "(" + Array(repeating: "?", count: names.count).joined(separator: ", ") + ")"
        switch use {
        case .insertAll: return "INSERT INTO \(table) VALUES \(Array(repeating: row, count: Self.capacity).joined(separator: ", "))"
        case .insertOne: return "INSERT OR IGNORE INTO \(table) VALUES \(row)"
        case .stored: return "SELECT \(names.joined(separator: ", ")) FROM \(table) WHERE key = ?1"
        case .update:
            // All but the key and when it arrived.
            let assignments = names.indices.dropFirst().dropLast().map { "\(names[$0]) = ?\($0 + 1)" }.joined(separator: ", ")
            return "UPDATE \(table) SET \(assignments) WHERE key = ?1"
        case .between: return "SELECT 1 FROM \(table) WHERE key BETWEEN ?1 AND ?2 LIMIT 1"
        }
    }

    // MARK: Rows; a row's number must be below `capacity`, a slot's below `layout.slots`

    /// A row's values.
    struct Row: BitwiseCopyable {
        fileprivate let states: UnsafeMutablePointer<State>
        fileprivate let integers: UnsafeMutablePointer<Int64>
        fileprivate let texts: UnsafeMutablePointer<UnsafeRawBufferPointer>
        fileprivate let slots: Int

        /// Empties every slot.
        @inline(__always)
        func clear() { states.update(repeating: .none, count: slots) }

        @inline(__always)
        func set(_ slot: Int, _ value: Int64) {
            states[slot] = .integer
            integers[slot] = value
        }

        @inline(__always)
        func set(_ slot: Int, _ text: UnsafeRawBufferPointer) {
            states[slot] = .text
            texts[slot] = text
        }

        @inline(__always)
        func integer(_ slot: Int) -> Int64? { states[slot] == .integer ? integers[slot] : nil }

        func text(_ slot: Int) -> UnsafeRawBufferPointer? { states[slot] == .text ? texts[slot] : nil }

        /// A hash of all values from the first slot on to before another.
        func hash(before end: Int) -> UInt64 {
            var hash: UInt64 = 0
            for slot in 1..<end {
                hash = ByteHash.mix(hash, with: UInt64(slot) << 8 | UInt64(states[slot].rawValue))
                switch states[slot] {
                case .none: break
                case .integer: hash = ByteHash.mix(hash, with: UInt64(bitPattern: integers[slot]))
                case .text: hash = ByteHash.hash(texts[slot], seed: hash)
                }
            }
            return hash
        }
    }

    @inline(__always)
    func row(_ number: Int) -> Row {
        let start = number &* slots
        return Row(states: states + start, integers: integers + start, texts: texts + start, slots: slots)
    }

    // MARK: Many rows

    /// Whether the table has a row with a key from one to another.
    func hasRows(from first: Int64, to last: Int64) throws(InwiseError) -> Bool {
        let between = try statement(.between)
        try between.bind(1, first)
        try between.bind(2, last)
        return try between.firstInteger() != nil
    }

    /// Inserts all rows, of which none may be there: `capacity` of them.
    func insert() throws(InwiseError) {
        let count = slots * Self.capacity
        let (states, integers, texts, bound, boundIntegers) = (states, integers, texts, bound, boundIntegers)
        let insertAll = try statement(.insertAll)
        try insertAll.bindAll { binder throws(InwiseError) in
            for index in 0..<count {
                let parameter = Int32(truncatingIfNeeded: index &+ 1)
                switch states[index] {
                case .none:
                    // Most rows have nothing where the ones before had nothing, and many the same number.
                    guard bound[index] != .none else { continue }
                    bound[index] = .none
                    try binder.bindNull(parameter)
                case .integer:
                    guard bound[index] != .integer || boundIntegers[index] != integers[index] else { continue }
                    bound[index] = .integer
                    boundIntegers[index] = integers[index]
                    try binder.bind(parameter, integers[index])
                case .text:
                    bound[index] = .text
                    try binder.bind(parameter, lasting: texts[index])
                }
            }
        }
        try insertAll.run()
    }

    // MARK: One row

    /// Inserts a row unless there is one of its key.
    func insert(_ row: Row) throws(InwiseError) -> Bool {
        let insertOne = try statement(.insertOne)
        try bind(row, to: insertOne, slots)
        try insertOne.run()
        return insertOne.changes > 0
    }

    /// Puts a row in the place of the one that has its key.
    func replace(_ row: Row) throws(InwiseError) {
        let update = try statement(.update)
        try bind(row, to: update, layout.arrival)
        try update.run()
    }

    private func bind(_ row: Row, to statement: Statement, _ slots: Int) throws(InwiseError) {
        for slot in 0..<slots {
            let parameter = Int32(truncatingIfNeeded: slot &+ 1)
            switch row.states[slot] {
            case .none: try statement.bindNull(parameter)
            case .integer: try statement.bind(parameter, row.integers[slot])
            case .text: try statement.bind(parameter, lasting: row.texts[slot])
            }
        }
    }

    /// What a row with the key of another has.
    struct Stored {
        /// Whether all of its values are the other's.
        var isSame = true
        var campaign: Int64?
        var contact: Int64?
        var date: Int64 = 0
        var name: Int64?
    }

    /// How the row that has this one's key, and is there, compares with it.
    func compare(_ row: Row) throws(InwiseError) -> Stored {
        var found = Stored()
        let stored = try statement(.stored)
        try stored.bind(1, row.integers[RowLayout.key])
        defer { stored.reset() }
        // It would count as read, and be lost.
        guard try stored.step() else { throw InwiseError(.internal, "A row that was to be compared is not in the mirror.") }
        for slot in 1..<layout.arrival where found.isSame {
            let column = Int32(truncatingIfNeeded: slot)
            switch row.states[slot] {
            case .none: found.isSame = stored.isNull(column)
            case .integer: found.isSame = stored.optional(column) == row.integers[slot]
            case .text: found.isSame = stored.text(column).map { $0.isSame(as: row.texts[slot]) } ?? false
            }
        }
        found.campaign = stored.optional(Int32(RowLayout.campaign))
        found.contact = stored.optional(Int32(RowLayout.contact))
        found.date = stored.integer(Int32(RowLayout.date))
        found.name = stored.optional(Int32(layout.name))
        return found
    }

    /// Lets go of the texts: the memory that they lie in is about to go.
    func letGo() {
        for statement in statements.values { statement.clear() }
        bound.update(repeating: .none, count: slots * Self.capacity)
    }
}
