// SPDX-License-Identifier: MIT

internal import Synchronization

/// Counts what was answered, and tells it.
final class ReceiverLog: Sendable {
    private struct State {
        var new = 0, repeated = 0, refused = 0, putOff = 0
        /// Statuses of refusals that were told.
        var told: Set<UInt32> = []
    }

    private let state = Mutex(State())
    private let isVerbose: Bool

    /// - Parameter isVerbose: whether each answer is told.
    init(isVerbose: Bool) { self.isVerbose = isVerbose }

    /// - Parameter request: its sender, method and path; not its query, which may hold the secret.
    func note(_ answer: ReceiverAnswer, to request: @autoclosure () -> String) {
        let isFirst = state.withLock { state in
            switch answer.status {
            case 200:
                if answer.text == ReceiverAnswer.new.text { state.new += 1 } else { state.repeated += 1 }
                return false
            case 503:
                state.putOff += 1
                return false
            default:
                state.refused += 1
                return state.told.insert(answer.status).inserted
            }
        }
        if isVerbose {
            StandardError.line("\(request()): \(answer.status) \(answer.text)")
        } else if isFirst {
            StandardError.line("\(request()) was refused with \(answer.status): \(answer.text) Further ones are only counted; --verbose tells each.")
        }
    }

    var summary: String {
        state.withLock {
            "webhooks: received \($0.new + $0.repeated), new \($0.new), repeated \($0.repeated), refused \($0.refused), put off \($0.putOff)\n"
        }
    }
}
