// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise
@testable import inwise_cli

@Suite("A queue of webhooks") struct EventQueueTests {
    /// A mirror that a test makes fail, and what came of the events.
    private final class Trial: @unchecked Sendable {  // guarded by `monitor`
        let monitor = Monitor()
        private var isOpen = false
        private var hasBegun = false
        private(set) var attempts: [[String]] = []
        private var outcomes: [String: String] = [:]
        private let failure: ([String]) -> InwiseError?

        init(_ failure: @escaping ([String]) -> InwiseError?) { self.failure = failure }

        /// Waits until the test lets it go on, and fails as the test says.
        func keep(_ webhooks: [Webhook]) throws(InwiseError) -> [Bool] {
            var names: [String] = []
            for webhook in webhooks { names.append(try JSON.object(parsing: webhook.text.text, as: "event").first { $0.name == "name" }?.value.string ?? "") }
            let error = monitor.locked {
                hasBegun = true
                while !isOpen { monitor.wait(until: .now.adding(seconds: 1)) }
                attempts.append(names)
                return failure(names)
            }
            if let error { throw error }
            return names.map { $0 != "known" }
        }

        /// Whether something is being kept.
        var isKeeping: Bool { monitor.locked { hasBegun } }

        func letGo() {
            monitor.locked {
                isOpen = true
                monitor.wake()
            }
        }

        func entry(_ name: String) throws -> EventQueue.Entry {
            let body = Array("trigger_type=emailSent&name=\(name)".utf8)
            let webhook = try body.withUnsafeBytes { try Webhook($0) }
            return EventQueue.Entry(webhook: webhook) { [self] outcome in
                monitor.locked {
                    #expect(outcomes[name] == nil, "once")
                    outcomes[name] = "\(outcome)".prefix { $0 != "(" }.description
                }
            }
        }

        func outcome(of names: [String]) -> [String?] { monitor.locked { names.map { outcomes[$0] } } }
    }

    private static let names = ["a", "b", "known", "c", "d"]

    /// Puts all of the names while the mirror works on another, so that they are one batch, and waits for the end.
    private func run(_ names: [String] = names, failure: @escaping ([String]) -> InwiseError?) throws -> Trial {
        let trial = Trial(failure)
        let queue = try EventQueue(most: 100, keep: { webhooks throws(InwiseError) in try trial.keep(webhooks) }, cancel: {})
        #expect(queue.put(try trial.entry("first")))
        while queue.waits > 0 { usleep(100) }
        for name in names { #expect(queue.put(try trial.entry(name))) }
        queue.end()
        trial.letGo()
        queue.join()
        return trial
    }

    @Test("keeps what has gathered at once")
    func batch() throws {
        let trial = try run { _ in nil }
        #expect(trial.attempts == [["first"], Self.names])
        #expect(trial.outcome(of: Self.names) == ["new", "new", "repeated", "new", "new"])
    }

    @Test("lets one event that can't be kept not stand in the way of others", arguments: [
        (InwiseError.Code.internal, "failed"), (.protocol, "failed"), (.store, "putOff"), (.memory, "putOff"),
    ])
    func oneEvent(code: InwiseError.Code, outcome: String) throws {
        let trial = try run { $0.contains("b") ? InwiseError(code, "No.") : nil }
        #expect(trial.outcome(of: Self.names) == ["new", outcome, "repeated", "new", "new"])
        #expect(trial.attempts == [["first"], Self.names] + Self.names.map { [$0] })
    }

    @Test("puts all off where it is the mirror, and soon sees that", arguments: [
        (InwiseError.Code.store, 3), (.memory, 3), (.timeout, 1), (.cancelled, 1), (.closed, 1),
    ])
    func mirror(code: InwiseError.Code, attempts: Int) throws {
        let trial = try run { $0.contains("first") ? nil : InwiseError(code, "No.") }
        #expect(trial.outcome(of: Self.names) == Self.names.map { _ in "putOff" })
        #expect(trial.attempts.count == 1 + attempts)
    }

    @Test("says why the mirror can't be written, until it can")
    func problem() throws {
        let trial = Trial { $0.isEmpty || $0 == ["good"] ? nil : InwiseError(.store, "The disk is full.") }
        trial.letGo()
        let queue = try EventQueue(most: 100, keep: { webhooks throws(InwiseError) in try trial.keep(webhooks) }, cancel: {})
        for (name, problem) in [("good", nil), ("bad", "The disk is full.")] {
            #expect(queue.put(try trial.entry(name)))
            while trial.outcome(of: [name]) == [nil] { usleep(100) }
            #expect(queue.problem == problem)
        }
        // It looks by itself, with nothing to keep.
        while queue.problem != nil { usleep(100) }
        queue.end()
        queue.join()
    }

    @Test("takes no more than it may, and nothing at the end")
    func bounds() throws {
        let trial = Trial { _ in nil }
        let queue = try EventQueue(most: 3, keep: { webhooks throws(InwiseError) in try trial.keep(webhooks) }, cancel: {})
        #expect(queue.put(try trial.entry("first")))
        while !trial.isKeeping { usleep(100) }
        for name in ["a", "b", "c"] { #expect(queue.put(try trial.entry(name))) }
        #expect(!queue.put(try trial.entry("d")) && !queue.isDone)
        queue.end()
        #expect(!queue.put(try trial.entry("e")))
        queue.giveUp()
        trial.letGo()
        queue.join()
        #expect(queue.isDone && trial.outcome(of: ["first", "a", "b", "c", "d", "e"]) == ["new", "putOff", "putOff", "putOff", nil, nil])
    }
}
