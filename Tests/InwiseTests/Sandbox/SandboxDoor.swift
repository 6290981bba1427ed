// SPDX-License-Identifier: MIT

import Glibc

@testable import Inwise

/// A sandbox with the gate that its client would have, asked directly or over REST, its answers parsed.
final class SandboxDoor: Sendable {
    static let noon = "now=2024-09-20T12:00:00"
    static let ever = Query(dateFrom: "2000-01-01")

    let sandbox: Sandbox
    let gate = Gate()

    /// - Parameter keys: of the URL, for example `seed=7&contacts=50`.
    init(_ keys: String, options: [(name: String, value: JSON)] = []) throws {
        var reader = OptionReader(options, as: "options")
        sandbox = Sandbox(try SandboxOptions(url: "sandbox:?" + keys, &reader))
    }

    func call(seconds: Double = 300) -> Call {
        Call(gate: gate, ticket: gate.ticket(), began: .now, deadline: Instant.now.adding(seconds: seconds), method: nil, log: Log())
    }

    func text(_ method: Method, _ query: Query = Query()) throws -> String {
        try sandbox.answer(method, query, call()).text
    }

    func rows(_ method: Method, _ query: Query = Query()) throws -> [Row] {
        try Row.rows(of: text(method, query))
    }

    /// Every page of an answer.
    func everything(_ method: Method, _ query: Query = SandboxDoor.ever) throws -> [Row] {
        var query = query
        query.pageSize = 1000
        var all: [Row] = []
        for page in 0... {
            query.pageIndex = page
            let rows = try rows(method, query)
            all += rows
            if rows.count < 1000 { break }
        }
        return all
    }

    func get(_ pathAndQuery: String, _ httpMethod: String = "GET", key: String? = nil) throws -> RESTAnswer {
        let headers = key.map { [(name: "X-API-Key", value: $0)] } ?? []
        return try sandbox.handle(RESTRequest(httpMethod: httpMethod, pathAndQuery: pathAndQuery, headers: headers), call())
    }

    /// The rows of a REST answer that is a success.
    func got(_ question: String) throws -> [Row] {
        let answer = try get("/rest/v1/campaigns/email/" + question)
        guard answer.status == 200 else { throw InwiseError(.http, answer.body.text, httpStatus: answer.status) }
        return try Row.rows(of: answer.body.text)
    }
}

/// A row, or any other object, by its members.
struct Row: Equatable {
    private let members: [(name: String, value: JSON)]

    static func rows(of text: String) throws -> [Row] {
        guard case .array(let items)? = try JSON.object(parsing: "{\"rows\":\(text)}", as: "rows").first?.value else { return [] }
        return items.compactMap { item in
            if case .object(let members) = item { Row(members: members) } else { nil }
        }
    }

    static func object(of text: String) throws -> Row { Row(members: try JSON.object(parsing: text, as: "object")) }

    private init(members: [(name: String, value: JSON)]) { self.members = members }

    var names: [String] { members.map(\.name) }

    func integer(_ name: String) -> Int64? {
        if case .integer(let number)? = members.first(where: { $0.name == name })?.value { number } else { nil }
    }

    func text(_ name: String) -> String? {
        if case .string(let text)? = members.first(where: { $0.name == name })?.value { text } else { nil }
    }

    /// `id`, or `row_index` of a sent mail.
    var id: Int64 { integer("id") ?? integer("row_index") ?? -1 }
    var campaign: Int64 { integer("campaign_id") ?? -1 }
    var contact: Int64 { integer("contact_id") ?? -1 }
    var date: String { text("action_date") ?? text("date_sent") ?? text("create_date") ?? "" }
    var type: String { text("action_type") ?? "" }

    var json: String { JSON.object(members).text }

    static func == (left: Row, right: Row) -> Bool { left.json == right.json }
}

/// Runs `work` in threads at the same time and waits for all of them.
func inThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
    final class Job { let run: () -> Void; init(_ run: @escaping () -> Void) { self.run = run } }
    var threads: [pthread_t] = []
    for index in 0..<count {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job { work(index) })
        pthread_create(&thread, nil, { context in
            if let context { Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run() }
            return nil
        }, job.toOpaque())
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
}
