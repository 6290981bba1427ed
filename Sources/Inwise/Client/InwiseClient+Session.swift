// SPDX-License-Identifier: MIT

extension InwiseClient {
    /// What a client is in one process.
    final class Session: Sendable {
        let gate = Gate()
        let backend: any Backend
        let leftovers = Leftovers()
        init(_ backend: any Backend) { self.backend = backend }

        /// Does something inside the gate: at once if nobody is there, otherwise when the call that is there ends, or before the next.
        func afterwards(_ task: @escaping () -> Void) {
            leftovers.add(task)
            guard gate.tryEnter() else { return }
            leftovers.clear()
            gate.leave()
        }
    }
}

/// What is left to do for cursors that were closed, or are gone: nobody waits for a turn to do that, so whoever is inside does.
final class Leftovers: @unchecked Sendable {  // guarded by ForkLock
    private var tasks: [() -> Void] = []

    func add(_ task: @escaping () -> Void) { ForkLock.withLock { tasks.append(task) } }

    /// Inside the gate.
    func clear() {
        let tasks = ForkLock.withLock {
            defer { self.tasks = [] }
            return self.tasks
        }
        for task in tasks { task() }
    }
}
