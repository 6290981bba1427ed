// SPDX-License-Identifier: MIT

import Glibc
import Inwise

/// Webhooks, in memory already, into a new mirror, so many in a transaction that is on disk before the next.
final class Webhooks: Work {
    private let bodies: [[UInt8]]
    private let batch: Int
    private let path: String
    private var written = 0

    init(file: String, count: Int, batch: Int, path: String) throws {
        let bytes = try contents(of: file)
        defer { bytes.deallocate() }
        bodies = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: count).prefix(count).map { Array($0) }
        self.batch = batch
        self.path = path
        removeMirror(path)
    }

    func perform() throws {
        let before = try writtenBytes()
        let mirror = try InwiseClient("file:" + path)
        for start in stride(from: 0, to: bodies.count, by: batch) {
            let webhooks = try bodies[start..<min(start + batch, bodies.count)].map { body in try body.withUnsafeBytes { try Webhook($0) } }
            _ = try mirror.ingest(all: webhooks)
        }
        mirror.close()
        written = try writtenBytes() - before
    }

    func answer() throws -> String {
        let size = try fileSize(path)
        defer { removeMirror(path) }
        let mirror = try InwiseClient("file:" + path)
        defer { mirror.close() }
        let cursor = try mirror.webhookEvents()
        var events = 0
        while let page = try cursor.next() {
            guard case .array(let rows)? = try JSON.object(parsing: "{\"page\":\(page)}", as: "page").first?.value else { throw Failure("A page is none.") }
            events += rows.count
        }
        return "{\"events\":\(events),\"written\":\(written),\"file\":\(size)}"
    }
}
