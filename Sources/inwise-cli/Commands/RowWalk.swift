// SPDX-License-Identifier: MIT

internal import Inwise

/// A command's way from a source to its output: pages come, rows are written, the person is kept informed.
final class RowWalk {
    private let client: InwiseClient
    private let options: OutputOptions
    private let output = Output()
    private let progress: Progress
    private let interrupt: InterruptWatch

    init(_ client: InwiseClient, _ options: OutputOptions) {
        self.client = client
        self.options = options
        progress = Progress(isShown: StandardError.isTerminal && !options.quiet)
        interrupt = InterruptWatch([client])
    }

    deinit { interrupt.letGo() }

    /// Writes every page of a cursor.
    func walk(_ method: Method, _ query: Query) throws {
        defer { progress.clear() }
        let cursor = try client.cursor(method, query)
        if try cursor.info().windowDefaulted {
            note("without --from and --to the service answers for the past week only: name --from for more")
        }
        var writer = options.chosen.writer(for: method)
        do {
            while let page = try cursor.nextRows() {
                try write(page, &writer)
            }
        } catch let error as InwiseError {
            throw Failure(error).adding(writer.rows > 0 ? "\(writer.rows) rows were written; the rest is missing." : nil)
        }
        try finish(&writer)
    }

    /// Writes what a feed hands out once: nothing is asked for before the rows at hand are out of the house.
    func consume(_ method: Method, _ query: Query, all: Bool) throws {
        defer { progress.clear() }
        var writer = options.chosen.writer(for: method)
        do {
            repeat {
                try output.checkReader()
                let page = try client.answer(method, query)
                guard try write(page, &writer) > 0 else { break }
            } while all
            try finish(&writer)
        } catch let failure as Failure where writer.rows > progress.rows {
            let message = failure.message ?? "The reader of the output went away."
            throw Failure(failure.status, "\(message) Rows that the service will not hand out here again are lost with it: \(Self.advice)")
        } catch let error as InwiseError where error.code == .cancelled {
            throw Failure(.interrupted, "Interrupted. Rows that were on their way are not handed out here again: \(Self.advice)")
        }
    }

    /// Writes what a reader of a mirror has not acknowledged.
    ///
    /// - Parameters:
    ///   - all: whether to go on, where rows are acknowledged.
    ///   - consumer: for whom the rows count as dealt with once they are written; nil if they don't.
    func read(_ method: Method, _ query: Query, all: Bool, acknowledgingFor consumer: String?) throws {
        defer { progress.clear() }
        var writer = options.chosen.writer(for: method)
        var acknowledged = 0
        do {
            while try write(client.answer(method, query), &writer) > 0 {
                guard let consumer else { break }
                // A disk can refuse late what it seemed to take.
                try output.finish()
                try client.acknowledge(method, consumer: consumer)
                acknowledged = writer.rows
                guard all else { break }
            }
        } catch let error as InwiseError {
            let rows = writer.rows - acknowledged
            throw Failure(error).adding(rows > 0 ? "\(rows.of("row")) were written and are not acknowledged: they come again." : nil)
        }
        try finish(&writer)
    }

    private static let advice = "read the same days with \"inwise activities --from\", \"sent\" or \"undelivered\"."

    /// Writes a page, and lets the reader have it.
    ///
    /// - Returns: how many rows it had.
    @discardableResult
    private func write(_ page: ByteBuffer, _ writer: inout any RowWriter) throws -> Int {
        let before = writer.rows
        progress.hide()
        withExtendedLifetime(page) {
            writer.write(JSONText(page.bytes), to: output)
        }
        try output.flush()
        let count = writer.rows - before
        progress.add(rows: count)
        try interrupt.check()
        return count
    }

    private func finish(_ writer: inout any RowWriter) throws {
        progress.clear()
        writer.finish(output)
        try output.finish()
        if let remark = writer.remark { note(remark) }
    }

    private func note(_ text: String) {
        guard !options.quiet else { return }
        progress.hide()
        StandardError.line(text)
    }
}
