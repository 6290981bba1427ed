// SPDX-License-Identifier: MIT

import Glibc
import Inwise

/// Pages of JSON, in memory already, into a new mirror, a transaction a page: what a sync does with an answer.
final class Ingest: Work {
    private let pages: [ByteBuffer]
    private let path: String
    /// Whether the indexes that end a first fill are part of it.
    private let isIndexed: Bool
    private var written = 0
    private var columns = RowColumns()

    init(folder: String, pages: Int, path: String, isIndexed: Bool) throws {
        self.pages = try (0..<pages).map { number in
            let bytes = try contents(of: "\(folder)/\(pageName(number))")
            defer { bytes.deallocate() }
            let page = ByteBuffer()
            try page.append(bytes)
            return page
        }
        self.path = path
        self.isIndexed = isIndexed
        removeMirror(path)
    }

    func perform() throws {
        let before = try writtenBytes()
        try fill()
        written = try writtenBytes() - before
    }

    /// The file is closed, and so checkpointed, when it ends.
    private func fill() throws {
        let mirror = try MirrorIngest(path: path)
        for page in pages { _ = try mirror.add(.activities, page) }
        if isIndexed { try mirror.seal(.activities) }
    }

    func answer() throws -> String {
        let size = try fileSize(path)
        defer { removeMirror(path) }
        if !isIndexed { try MirrorIngest(path: path).seal(.activities) }
        let mirror = try InwiseClient("file:" + path)
        defer { mirror.close() }
        let cursor = try mirror.cursor(.activities, Query(dateFrom: "2000-01-01"))
        var checksums = Checksums()
        while let rows = try cursor.nextRows() {
            let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.bytes.count, alignment: 1)
            defer { plain.deallocate() }
            try checksums.add(rows.bytes, into: &columns, plain)
        }
        try checkSummaries(mirror)
        return "{\"written\":\(written),\"file\":\(size),\(checksums.members)}"
    }

    /// Throws unless the counts that the mirror keeps are those of a funnel.
    private func checkSummaries(_ mirror: InwiseClient) throws {
        let funnel = Funnel()
        for page in pages { try funnel.add(.activities, page.bytes) }
        guard case .array(let groups)? = try funnel.summary(FunnelQuery(groupBy: .campaign))["groups"] else { return }
        for group in groups {
            let campaign = group["campaign_id"]?.integer ?? 0
            let text = try mirror.page(.activitiesSummary, Query(campaignID: campaign))
            for (name, count) in try JSON.object(parsing: text, as: "summary") where group[name]?.integer != count.integer {
                throw Failure("The mirror has another \(name) of campaign \(campaign) than the funnel.")
            }
        }
    }
}

/// Bytes that this process has handed to the kernel for writing.
func writtenBytes() throws -> Int {
    guard let counters = fopen("/proc/self/io", "r") else { throw Failure("/proc/self/io can't be opened.") }
    defer { fclose(counters) }
    let prefix = "wchar: "
    var line = [CChar](repeating: 0, count: 128)
    while fgets(&line, Int32(line.count), counters) != nil {
        if strncmp(line, prefix, prefix.utf8.count) == 0 { return atol(Array(line[prefix.utf8.count...])) }
    }
    throw Failure("/proc/self/io doesn't say what was written.")
}

func fileSize(_ path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Failure("\(path) is missing.") }
    return Int(status.st_size)
}

/// Removes a mirror's file, and what may have been left beside it.
func removeMirror(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-sync"] { unlink(path + suffix) }
}
