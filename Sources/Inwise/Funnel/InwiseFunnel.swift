// SPDX-License-Identifier: MIT

/// Counts made of rows, anywhere: they merge. Needs no client.
///
///     let funnel = InwiseFunnel()
///     try await funnel.add(client.sentEmails(campaignID: 1_958_368, dateFrom: "2024-01-01"))
///     try await funnel.add(client.activities(campaignID: 1_958_368, dateFrom: "2024-01-01"))
///     print(try funnel.summary().rates.open ?? 0)
///
/// May be used from any thread; calls on one funnel wait for each other.
public final class InwiseFunnel: @unchecked Sendable {  // `funnel` and `mark` are used inside the gate
    private let gate = ProcessLocal { Gate() }
    private var mark = ForkMark()
    private let funnel: Funnel

    /// An empty funnel.
    public init() {
        WarmUp.once()
        funnel = Funnel()
    }

    /// The funnel that `save` made bytes of.
    ///
    /// - Throws: `.argument` for any other bytes: foreign, damaged, cut off, or of a newer version.
    public init(loading bytes: [UInt8]) throws(InwiseError) {
        WarmUp.once()
        let outcome: Result<Funnel, InwiseError> = bytes.withUnsafeBytes { bytes in
            Result { () throws(InwiseError) in try Funnel(loading: bytes) }
        }
        funnel = try outcome.get()
    }

    package init(loading bytes: UnsafeRawBufferPointer) throws(InwiseError) {
        WarmUp.once()
        funnel = try Funnel(loading: bytes)
    }

    /// Adds a JSON array of rows, as a question or a cursor gives it: all of them or, on an error, none.
    ///
    /// - Throws: `.protocol` naming the byte at which it is no array of rows.
    public func add(_ kind: RowKind, _ rows: String) throws(InwiseError) {
        var rows = rows
        let outcome: Result<Void, InwiseError> = rows.withUTF8 { utf8 in
            Result { () throws(InwiseError) in try add(kind, UnsafeRawBufferPointer(utf8)) }
        }
        try outcome.get()
    }

    package func add(_ kind: RowKind, _ rows: UnsafeRawBufferPointer) throws(InwiseError) {
        try entered { funnel throws(InwiseError) in try funnel.add(kind, rows) }
    }

    /// Adds all that the other counted; the other stays as it was. Equals counting both sets of rows at once.
    public func merge(_ other: InwiseFunnel) throws(InwiseError) {
        // A copy first: two funnels merged into each other at once never wait for each other.
        let copy = Funnel()
        try other.entered { funnel throws(InwiseError) in try copy.merge(funnel) }
        try entered { funnel throws(InwiseError) in try funnel.merge(copy) }
    }

    /// Adds every row that a walk gives: all of them or, on an error, none. It reads the pages as they come, without making typed
    /// rows of them.
    ///
    /// - Throws: what the walk throws.
    public func add<Row>(_ rows: Rows<Row>) throws(InwiseError) {
        let cursor = try rows.client.cursor(rows.method, rows.query)
        defer { cursor.close() }
        let counted = InwiseFunnel()
        while try counted.add(nextOf: cursor, rows, nil) {}
        try take(counted)
    }

    /// Adds the next page of a walk; false when there is none.
    func add<Row>(nextOf cursor: InwiseCursor, _ rows: Rows<Row>, _ entry: InwiseClient.Entry?) throws(InwiseError) -> Bool {
        let (page, info) = try cursor.nextRows(entry)
        rows.latest.info = info
        guard let page else { return false }
        try withExtendedLifetime(page) { () throws(InwiseError) in try add(rows.method.rowKind ?? .activities, page.bytes) }
        return true
    }

    /// Adds all of a funnel that nobody else has.
    func take(_ other: InwiseFunnel) throws(InwiseError) {
        try entered { funnel throws(InwiseError) in try funnel.merge(other.funnel) }
    }

    /// The funnel so far.
    ///
    /// - Throws: `.argument` for dates that are none.
    public func summary(_ query: FunnelQuery = FunnelQuery()) throws(InwiseError) -> FunnelSummary {
        FunnelSummary(try summaryJSON(query))
    }

    /// The same as `inwise_funnel_summary` gives it.
    package func summaryJSON(_ query: FunnelQuery) throws(InwiseError) -> JSON {
        try entered { funnel throws(InwiseError) in try funnel.summary(query) }
    }

    /// The funnel as bytes, to be kept in a file or sent to another machine, with a checksum. Equal funnels give equal bytes, in
    /// whatever order their rows came.
    public func save() throws(InwiseError) -> [UInt8] {
        let buffer = try saved()
        return withExtendedLifetime(buffer) { Array(buffer.bytes) }
    }

    package func saved() throws(InwiseError) -> ByteBuffer {
        try entered { funnel throws(InwiseError) in try funnel.save() }
    }

    private func entered<Value>(_ body: (Funnel) throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        let gate = gate.current
        try gate.enter(gate.ticket(), until: .distantFuture)
        defer { gate.leave() }
        try mark.enter("funnel")
        defer { mark.leave() }
        return try body(funnel)
    }
}
