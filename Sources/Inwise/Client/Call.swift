// SPDX-License-Identifier: MIT

/// One call of a host on a client: until when it may take, and whether it has been cancelled.
struct Call {
    let gate: Gate
    let ticket: Gate.Ticket
    let began: Instant
    let deadline: Instant
    let method: Method?
    let log: Log

    var isCancelled: Bool { gate.isCancelled(ticket) }

    func checkCancelled() throws(InwiseError) {
        if isCancelled { throw .cancelledCall }
    }
}
