// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// The golden vectors, by the native API: the same answers and errors as in every host.
@Suite struct VectorTests {
    private let folder = TemporaryFolder()

    @Test func `there are vectors of every kind`() {
        #expect(VectorCase.all.count > 60)
        #expect(VectorCase.all.contains { $0.isFunnel } && VectorCase.all.contains { $0.isWalk } && VectorCase.all.contains { $0.isWebhook })
        #expect(VectorCase.all.contains { $0.file("typed.json") != nil } && VectorCase.all.contains { $0.file("error.json") != nil })
    }

    @Test(arguments: VectorCase.all) func `a vector gives its answer`(_ vector: VectorCase) async throws {
        let outcome: Result<JSON, InwiseError>
        do throws(InwiseError) { outcome = .success(try answer(of: vector)) } catch { outcome = .failure(error.naming(vector.method)) }
        switch outcome {
        case .success(let answer):
            let expected = try #require(vector.document("expected.json"), "no error, but \(answer)")
            #expect(answer == expected)
        case .failure(let error):
            try check(error, vector)
        }
    }

    @Test(arguments: VectorCase.all.filter { $0.file("typed.json") != nil })
    func `a vector's rows show their fields`(_ vector: VectorCase) async throws {
        let expected = try #require(vector.document("typed.json"))
        let method = try #require(vector.method)
        let typed: [JSON] =
            switch method.rowKind {
            case .activities?: try await vectors(vector, method) { Activity(&$0, $1) }
            case .sentEmails?: try await vectors(vector, method) { SentEmail(&$0, $1) }
            case .undelivered?: try await vectors(vector, method) { UndeliveredEmail(&$0, $1) }
            case nil: []
            }
        #expect(JSON.array(typed) == expected)
    }

    /// What the case does, as text of the native API's raw door.
    private func answer(of vector: VectorCase) throws(InwiseError) -> JSON {
        if vector.isFunnel { return VectorCase.parse(try summary(of: vector).description) ?? .null }
        if vector.isWebhook { return VectorCase.parse(try vector.event().text) ?? .null }
        let client = try vector.client(in: folder)
        let method = vector.method ?? .activities
        guard vector.isWalk else { return VectorCase.parse(try client.page(method, vector.query())) ?? .null }
        let cursor = try client.cursor(method, vector.query())
        var rows: [JSON] = []
        while let page = try cursor.next() {
            guard case .array(let more)? = VectorCase.parse(page) else { return .null }
            rows += more
        }
        return .array(rows)
    }

    private func summary(of vector: VectorCase) throws(InwiseError) -> FunnelSummary {
        let funnel = InwiseFunnel()
        for kind in [RowKind.sentEmails, .undelivered, .activities] {
            if let rows = vector.file("\(kind.rawValue).json") { try funnel.add(kind, rows) }
        }
        return try funnel.summary(vector.funnelQuery())
    }

    /// The rows of a walk, awaited; of a single page, decoded.
    private func vectors<Row: TypedVector & Sendable>(
        _ vector: VectorCase, _ method: Method, _ makeRow: @escaping @Sendable (inout RowTaker, borrowing RowColumns) -> Row
    ) async throws -> [JSON] {
        let (client, query) = (try vector.client(in: folder), try vector.query())
        guard vector.isWalk else {
            return try RowDecoder(method.rowKind ?? .activities, makeRow).rows(of: client.answer(method, query)).map(\.vector)
        }
        var rows: [JSON] = []
        for try await row in Rows(client, method, query, makeRow) { rows.append(row.vector) }
        return rows
    }

    private func check(_ error: InwiseError, _ vector: VectorCase) throws {
        guard case .object(let members)? = vector.document("error.json") else {
            Issue.record("\(vector.name) failed: \(error)")
            return
        }
        for (name, value) in members {
            if name == "message", case .array(let texts) = value {
                for text in texts { #expect(error.message.contains(text.string ?? "?")) }
            } else {
                #expect(error.json[name] == value, "\(name) of \(error)")
            }
        }
        #expect(!error.json.text.contains(vector.secret) && !"\(error)".contains(vector.secret))
    }
}
