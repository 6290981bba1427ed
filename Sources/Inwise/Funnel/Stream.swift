// SPDX-License-Identifier: MIT

/// What the events of a list are: mails of a sending source, mails that were not delivered, or activities of a type.
enum Stream: Hashable {
    /// - Parameter source: its number in the funnel's table of sources, or `NameTable.none`.
    case sent(source: UInt32)
    case undelivered
    /// - Parameter slot: of `ActionTypes`.
    case activities(slot: UInt32)
}
