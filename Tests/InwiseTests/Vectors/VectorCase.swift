// SPDX-License-Identifier: MIT

import Foundation
import Testing

@testable import Inwise

/// A folder of `Tests/Vectors`, whose README says what is in it.
struct VectorCase: Sendable, CustomTestStringConvertible {
    let name: String
    private let json: JSON

    static let all: [VectorCase] = {
        let files = FileManager.default
        let areas = (try? files.contentsOfDirectory(atPath: VectorServer.folder.path)) ?? []
        let names = areas.sorted().flatMap { area in
            ((try? files.contentsOfDirectory(atPath: VectorServer.folder.appending(path: area).path)) ?? []).sorted().map { "\(area)/\($0)" }
        }
        return names.compactMap(VectorCase.init)
    }()

    static let key = "canary-0123456789abcdef-canary"

    private init?(_ name: String) {
        self.name = name
        guard let text = Self.contents(of: "\(name)/case.json"), let members = try? JSON.object(parsing: text, as: "case") else { return nil }
        json = .object(members)
    }

    var testDescription: String { name }

    var isFunnel: Bool { json["do"] == .string("funnel") }
    var isWalk: Bool { json["do"] == .string("walk") }
    var isWebhook: Bool { json["do"] == .string("webhook") }
    var method: Method? { json["method"]?.string.flatMap(Method.init(rawValue:)) }
    private var queryText: String { json["query"]?.text ?? "{}" }

    func query() throws(InwiseError) -> Query {
        let method = method ?? .activities
        let outcome = queryText.withCString { text in
            Result { () throws(InwiseError) in try Query(parsing: text, for: method, cursor: isWalk) }
        }
        return try outcome.get()
    }

    func funnelQuery() throws(InwiseError) -> FunnelQuery {
        let outcome = queryText.withCString { text in Result { () throws(InwiseError) in try FunnelQuery(parsing: text) } }
        return try outcome.get()
    }

    /// The event of a webhook's body.
    func event() throws(InwiseError) -> WebhookEvent {
        let body = (try? Data(contentsOf: VectorServer.folder.appending(path: "\(name)/body"))).map { [UInt8]($0) } ?? []
        let outcome = (json["options"]?.text ?? "{}").withCString { text in Result { () throws(InwiseError) in try WebhookOptions(parsing: text) } }
        return try WebhookEvent(body, try outcome.get())
    }

    /// What no error may show.
    var secret: String { json["options"]?["token"]?.string ?? Self.key }

    /// The client that is asked; a mirror's file is made in a folder.
    func client(in folder: TemporaryFolder) throws(InwiseError) -> InwiseClient {
        let client = try synced(source(), folder)
        if let acknowledgement = json["acknowledge"] {
            let outcome = acknowledgement.text.withCString { text in Result { () throws(InwiseError) in try Acknowledgement.parse(text) } }
            let (method, consumer, through) = try outcome.get()
            try client.acknowledge(method, consumer: consumer, through: through)
        }
        return client
    }

    /// The source, or a mirror of it where the case wants one.
    private func synced(_ source: InwiseClient, _ folder: TemporaryFolder) throws(InwiseError) -> InwiseClient {
        guard let options = json["sync"]?.members else { return source }
        let mirror = try InwiseClient("file:\(folder["mirror.db"])", options: json["mirror"]?.members ?? [])
        try source.sync(into: mirror, SyncOptions(options))
        return mirror
    }

    private func source() throws(InwiseError) -> InwiseClient {
        var options = json["options"]?.members ?? []
        if !options.contains(where: { $0.name == "api_key" }) { options.append(("api_key", .string(Self.key))) }
        return try InwiseClient(json["url"]?.string ?? "\(VectorServer.base)/\(name)", options: options)
    }

    /// A file of the folder; nil if there is none.
    func file(_ file: String) -> String? { Self.contents(of: "\(name)/\(file)") }

    func document(_ file: String) -> JSON? { self.file(file).flatMap(Self.parse) }

    static func parse(_ text: String) -> JSON? {
        var wrapped = "{\"value\":\(text)}"
        return wrapped.withUTF8 { bytes in (try? JSON.members(ofRow: UnsafeRawBufferPointer(bytes)))?.first?.value.unified }
    }

    private static func contents(of path: String) -> String? {
        (try? Data(contentsOf: VectorServer.folder.appending(path: path))).map { String(decoding: $0, as: UTF8.self) }
    }
}
