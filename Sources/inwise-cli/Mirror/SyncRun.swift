// SPDX-License-Identifier: MIT

internal import Inwise

/// Syncs from one source into one mirror, with what a person sees of them and how they end.
final class SyncRun {
    private let source: InwiseClient
    private let mirror: InwiseClient
    private let options: SyncOptions
    let isQuiet: Bool
    let interrupt: InterruptWatch

    init(_ source: InwiseClient, _ mirror: InwiseClient, _ options: SyncOptions, isQuiet: Bool) {
        self.source = source
        self.mirror = mirror
        self.options = options
        self.isQuiet = isQuiet
        interrupt = InterruptWatch([source, mirror], .sync)
    }

    /// One sync. A signal ends it behind the step under way, or throws `.cancelled`.
    func sync() throws(InwiseError) -> SyncReport {
        let bar = SyncBar(isShown: StandardError.isTerminal && !isQuiet)
        defer { bar.clear() }
        return try source.sync(into: mirror, options) { [interrupt] progress in
            bar.update(progress)
            return interrupt.status == nil
        }
    }

    /// The mirror's file is closed with the last reference: one that is closed needs no recovery.
    deinit { interrupt.letGo() }

    /// One sync and its end: what is said, and the status to end with.
    ///
    /// - Parameter write: writes the report, or what a person reads of it.
    func finish(isGood: (ReportParts) -> Bool, _ write: (SyncReport, Output) -> Void, isJSON: Bool) throws {
        let report: SyncReport
        do {
            report = try sync()
        } catch {
            throw failure(error)
        }
        let parts = ReportParts(report)
        let isGood = isGood(parts) && parts.stopped == nil
        let output = Output()
        if isJSON {
            output.append(parts.json)
        } else if !isQuiet || !isGood {
            write(report, output)
        }
        try output.finish()
        try interrupt.check()
        guard isGood else { throw Failure(.notComplete, nil) }
    }

    /// How an error that ends a sync is told.
    func failure(_ error: InwiseError) -> Failure {
        if error.code == .cancelled, let status = interrupt.status {
            return Failure(status, "Interrupted. What was stored is kept; the next run goes on from there.")
        }
        return Failure(error)
    }
}

extension Output {
    /// A document on a line.
    func append(_ document: JSON) {
        var text = document.description
        text.withUTF8 { bytes in
            let text = JSONText(UnsafeRawBufferPointer(bytes))
            append(text, text.whole)
        }
        append("\n")
    }
}
