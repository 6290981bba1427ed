// SPDX-License-Identifier: MIT

/// What a sync did, as a certificate of completeness: ``json`` holds all of it; `inwise.h` says at `inwise_sync` what each member means.
public struct SyncReport: Sendable, Equatable {
    /// The whole report: an object.
    public let json: JSON

    /// Nothing is pending, no gap is open, and no campaign that was audited differs.
    public var isComplete: Bool { json["complete"] == .bool(true) }
    /// Why the sync stopped before its end: `max_seconds` or `progress`.
    public var stopped: String? { json["stopped"]?.string }
    /// Rows that the mirror did not have, of all methods.
    public var newRows: Int64 { sum("new") }
    /// Rows that came, of all methods and feeds.
    public var fetchedRows: Int64 { sum("fetched") }
    /// Sentences for a person.
    public var notes: [String] {
        guard case .array(let notes)? = json["notes"] else { return [] }
        return notes.compactMap(\.string)
    }

    private func sum(_ field: String) -> Int64 {
        var sum: Int64 = 0
        for (_, method) in json["methods"]?.members ?? [] {
            sum += method[field]?.integer ?? 0
            sum += method["recent"]?[field == "fetched" ? "rows" : field]?.integer ?? 0
        }
        return sum
    }
}

extension SyncReport: CustomStringConvertible {
    /// The report as JSON text.
    public var description: String { json.text }
}

/// How a sync goes; `inwise.h` says at `inwise_progress_fn` what ``json`` holds.
public struct SyncProgress: Sendable, Equatable {
    /// All of it: an object.
    public let json: JSON

    /// `waiting`, `recent`, `rows`, `index` or `audit`.
    public var step: String { json["step"]?.string ?? "" }
    /// Rows that have come so far in this sync.
    public var rows: Int64 { json["rows"]?.integer ?? 0 }
    /// Those of them that the mirror did not have.
    public var newRows: Int64 { json["new"]?.integer ?? 0 }
    /// Answers with rows so far.
    public var pages: Int64 { json["pages"]?.integer ?? 0 }
    /// How much of the time range of the rows to read is done, 0 to 1, where that can be told.
    public var share: Double? { json["share"]?.number }
    /// An estimate of what is left.
    public var secondsLeft: Double? { json["seconds_left"]?.number }
}
