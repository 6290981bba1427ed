// SPDX-License-Identifier: MIT

/// What a mirror was opened with; keys, ranges and defaults stand in `inwise.h` at `inwise_open`.
struct MirrorOptions: Sendable {
    /// Of the file.
    let path: String
    let readOnly: Bool
    /// The mirror's clock; nil for this machine's.
    let now: WallTime?
    /// What requests over REST must carry; direct calls need none.
    let apiKey: String?
    let timeoutSeconds: Double
    /// Rows that a cursor gives at a time.
    let pageSize: Int

    /// - Throws: `.argument` that names the key and what is allowed.
    init(url: String, _ reader: inout OptionReader) throws(InwiseError) {
        // What a remote source takes is checked here too, so that a program can go from one to the other by the URL alone.
        let remote = try RemoteOptions(base: "https://mirror.invalid", &reader)
        apiKey = remote.apiKey
        timeoutSeconds = remote.timeoutSeconds
        pageSize = remote.pageSize
        readOnly = try reader.bool("read_only") ?? false
        now = try WallTime.fixed(try reader.string("now"), &reader)
        path = try FileURL.path(of: url)
    }
}

extension WallTime {
    /// A fixed clock's time as an option gives it: `2024-09-20T12:00:00`.
    static func fixed(_ text: String?, _ reader: inout OptionReader) throws(InwiseError) -> WallTime? {
        guard let text else { return nil }
        // Room for the history before it and for the time that passes after it.
        let end = WallTime(seconds: days(year: 9891, month: 1, day: 1) * secondsPerDay - 1)
        let bounds = WallTime(seconds: 0)...end
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let date = DateText(parts.joined(separator: " ")), !date.isDay, bounds.contains(WallTime(first: date))
        else { throw reader.wrong("now", .string(text), wants: "a time from 1970 to 9890 as 2024-09-20T12:00:00") }
        return WallTime(first: date)
    }
}
