// SPDX-License-Identifier: MIT

/// What `RowScanner` found in a page, a column for each thing: where the rows lie, and the values the library reads.
///
/// Texts are places in the page, never copies. A row takes 49 bytes here.
struct RowColumns: ~Copyable {
    /// What a row has; for texts a place of 0 says that there is none.
    struct Presence: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        static let identity = Presence(rawValue: 1)
        static let contactID = Presence(rawValue: 2)
        static let campaignID = Presence(rawValue: 4)
        /// `actionType` holds escapes.
        static let actionTypeEscapes = Presence(rawValue: 8)
        /// `date` holds escapes.
        static let dateEscapes = Presence(rawValue: 16)
    }

    /// Where a text lies, without its quotes.
    struct Place: BitwiseCopyable {
        var start: UInt32
        var length: UInt32
        static let none = Place(start: 0, length: 0)
        var isNone: Bool { start == 0 }
    }

    private(set) var count = 0
    private var capacity = 0
    /// Offset of a row's opening brace, and the offset behind its closing one.
    private(set) var starts = Column<UInt32>()
    private(set) var ends = Column<UInt32>()
    /// Defined where `presence` says so.
    private(set) var identities = Column<Int64>()
    private(set) var contactIDs = Column<Int64>()
    private(set) var campaignIDs = Column<Int64>()
    private(set) var presence = Column<Presence>()
    private(set) var actionTypes = Column<Place>()
    private(set) var dates = Column<Place>()
    var patches = PatchList()

    /// Begins a row that has nothing yet. False if there is no memory.
    ///
    /// - Parameter expected: how many rows there may be in all; a guess is enough.
    @inline(__always)
    mutating func beginRow(at start: Int, expected: Int) -> Bool {
        if count == capacity {
            guard grow(to: max(expected, 16, capacity &* 2)) else { return false }
        }
        starts[count] = UInt32(truncatingIfNeeded: start)
        presence[count] = []
        actionTypes[count] = .none
        dates[count] = .none
        count &+= 1
        return true
    }

    private mutating func grow(to size: Int) -> Bool {
        guard starts.resize(to: size), ends.resize(to: size), identities.resize(to: size), contactIDs.resize(to: size),
            campaignIDs.resize(to: size), presence.resize(to: size), actionTypes.resize(to: size), dates.resize(to: size)
        else { return false }
        capacity = size
        return true
    }

    // MARK: - The row begun last; a field that comes again replaces what it had

    @inline(__always)
    func endRow(at end: Int) { ends[count &- 1] = UInt32(truncatingIfNeeded: end) }

    @inline(__always)
    func setIdentity(_ value: Int64?) { set(value, in: identities, .identity) }

    @inline(__always)
    func setContactID(_ value: Int64?) { set(value, in: contactIDs, .contactID) }

    @inline(__always)
    func setCampaignID(_ value: Int64?) { set(value, in: campaignIDs, .campaignID) }

    @inline(__always)
    func setActionType(_ text: JSONScanner.Text?) { set(text, in: actionTypes, .actionTypeEscapes) }

    @inline(__always)
    func setDate(_ text: JSONScanner.Text?) { set(text, in: dates, .dateEscapes) }

    @inline(__always)
    private func set(_ value: Int64?, in column: borrowing Column<Int64>, _ flag: Presence) {
        let row = count &- 1
        guard let value else {
            presence[row].subtract(flag)
            return
        }
        column[row] = value
        presence[row].formUnion(flag)
    }

    @inline(__always)
    private func set(_ text: JSONScanner.Text?, in column: borrowing Column<Place>, _ flag: Presence) {
        let row = count &- 1
        guard let text else {
            column[row] = .none
            return
        }
        column[row] = Place(
            start: UInt32(truncatingIfNeeded: text.start), length: UInt32(truncatingIfNeeded: text.length))
        if text.isEscaped { presence[row].formUnion(flag) } else { presence[row].subtract(flag) }
    }
}
