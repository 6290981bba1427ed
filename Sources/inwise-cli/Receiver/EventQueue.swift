// SPDX-License-Identifier: MIT

internal import Inwise

/// Webhooks that wait to be kept. One thread takes what has gathered, and keeps it in one durable transaction.
final class EventQueue: @unchecked Sendable {  // what is not constant is guarded by `monitor`
    enum Outcome {
        case new, repeated
        /// It is this event that can't be kept, or nobody's fault but the mirror's.
        case failed(String), putOff(String)
    }

    struct Entry {
        let webhook: Webhook
        /// Called once, on the queue's thread.
        let finish: (Outcome) -> Void
    }

    private let keepAll: ([Webhook]) throws(InwiseError) -> [Bool]
    private let cancel: () -> Void
    private let most: Int
    private let monitor = Monitor()
    private var waiting: [Entry] = []
    private var isEnding = false
    private var isGivenUp = false
    private var hasEnded = false
    private var trouble: String?
    private var thread: WorkerThread?

    /// Events of one transaction.
    private static let mostAtOnce = 500
    /// Seconds after which it is tried whether the mirror can be written, if nothing else tells.
    private static let probePause = (good: 10.0, bad: 1.0)

    /// Begins to take events.
    ///
    /// - Parameters:
    ///   - most: events that may wait.
    ///   - keep: keeps all or none, and says of each whether it was new. Called on the queue's thread, with none to see whether it could.
    ///   - cancel: ends such a call.
    init(
        most: Int, keep: @escaping ([Webhook]) throws(InwiseError) -> [Bool], cancel: @escaping () -> Void
    ) throws(Failure) {
        (self.most, keepAll, self.cancel) = (most, keep, cancel)
        thread = try WorkerThread { [self] in
            while let batch = next() { settle(batch) }
            monitor.locked { hasEnded = true }
        }
    }

    // MARK: For other threads

    /// Takes an event, unless too many wait, or it is the end.
    func put(_ entry: Entry) -> Bool {
        monitor.locked {
            guard !isEnding, waiting.count < most else { return false }
            waiting.append(entry)
            if waiting.count == 1 { monitor.wake() }
            return true
        }
    }

    /// How many wait, beside those that are being kept.
    var waits: Int { monitor.locked { waiting.count } }

    /// Why the mirror can't be written just now.
    var problem: String? { monitor.locked { trouble } }

    /// Takes no more events; those that wait are kept.
    func end() {
        monitor.locked {
            isEnding = true
            monitor.wake()
        }
    }

    /// Whether all are done with, once it is the end.
    var isDone: Bool { monitor.locked { hasEnded } }

    /// Puts off all that wait.
    func giveUp() {
        monitor.locked { isGivenUp = true }
        cancel()
    }

    /// Waits for the end.
    func join() { thread?.join() }

    // MARK: The thread

    /// Those to keep next, none to see whether one could; nil at the end.
    private func next() -> [Entry]? {
        monitor.locked {
            let end = Instant.now.adding(seconds: trouble == nil ? Self.probePause.good : Self.probePause.bad)
            while waiting.isEmpty, !isEnding {
                guard Instant.now < end else { return [] }
                monitor.wait(until: end)
            }
            guard !waiting.isEmpty else { return nil }
            let batch = Array(waiting.prefix(Self.mostAtOnce))
            waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func settle(_ batch: [Entry]) {
        guard !monitor.locked({ isGivenUp }) else { return putOff(batch[...], ReceiverAnswer.stopping.text) }
        guard var error = attempt(batch) else { return note(nil) }
        var left = batch[...]
        if batch.count > 1, !Self.meansMirror(error, ofMany: true) {
            // One of them may be the cause: each by itself, until it is plain that none is.
            var failed: [Entry] = []
            while failed.count < 2, let entry = left.popFirst() {
                guard let failure = attempt([entry]) else { continue }
                failed.append(entry)
                error = failure
            }
            left = failed + left
        }
        if left.count != 1 || Self.meansMirror(error, ofMany: false) {
            let message = Failure(error).message ?? error.message
            note(message)
            putOff(left, message)
        } else {
            StandardError.line("An event can't be kept, and is answered with 500: \(error.message)")
            for entry in left { entry.finish(.failed(error.message)) }
        }
    }

    /// - Returns: why none of them was kept.
    private func attempt(_ batch: [Entry]) -> InwiseError? {
        do throws(InwiseError) {
            let areNew = try keepAll(batch.map(\.webhook))
            for (entry, isNew) in zip(batch, areNew) { entry.finish(isNew ? .new : .repeated) }
            return nil
        } catch {
            return error
        }
    }

    /// Whether an error is the same for every event.
    private static func meansMirror(_ error: InwiseError, ofMany: Bool) -> Bool {
        switch error.code {
        case .timeout, .cancelled, .closed: true
        case .store, .memory: !ofMany
        default: false
        }
    }

    private func putOff(_ entries: ArraySlice<Entry>, _ why: String) {
        for entry in entries { entry.finish(.putOff(why)) }
    }

    /// Tells once when the mirror can't be written, and when it can again.
    private func note(_ problem: String?) {
        let before = monitor.locked {
            defer { trouble = problem }
            return trouble
        }
        if let problem, before == nil {
            StandardError.line("The mirror can't be written, so that webhooks are answered with 503: \(problem)")
        } else if problem == nil, before != nil {
            StandardError.line("The mirror can be written again.")
        }
    }
}
