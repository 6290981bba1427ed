// SPDX-License-Identifier: MIT

/// One request on its way, repeats included.
final class Transfer {
    enum State {
        /// To be sent, not before the time.
        case waiting(until: Instant)
        /// libcurl has it, under this handle.
        case inFlight(UnsafeMutableRawPointer)
        case finished(Result<ByteBuffer, InwiseError>)
    }

    let request: RemoteRequest
    /// For whoever asked, to tell it from its other requests.
    var token = 0
    var state = State.waiting(until: Instant(nanoseconds: 0))
    /// Requests made, this one included.
    var attempts = 0
    var body = ByteBuffer()
    /// Why the body was not taken to its end.
    var bodyProblem: InwiseError?
    /// Nobody wants the answer any more; it only runs out, so that its connection stays usable.
    var isOrphan = false
    var began = Instant(nanoseconds: 0)
    private let maxResponseBytes: Int

    init(_ request: RemoteRequest, maxResponseBytes: Int) {
        self.request = request
        self.maxResponseBytes = maxResponseBytes
    }

    /// Takes decompressed bytes of the answer; false to end the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count <= maxResponseBytes - bytes.count else {
            bodyProblem = InwiseError(.protocol, "The answer is larger than \(maxResponseBytes) bytes. Ask for smaller pages (\"page_size\"), or raise \"max_response_bytes\".")
            return false
        }
        if isOrphan { return true }
        do {
            try body.append(bytes)
            return true
        } catch {
            bodyProblem = error
            return false
        }
    }
}

/// Requests that belong together: whoever made them waits for any of them.
final class TransferGroup {
    fileprivate(set) var active: [Transfer] = []
    var traffic = Traffic()
    var isEmpty: Bool { active.isEmpty }

    func add(_ transfer: Transfer) { active.append(transfer) }

    /// Removes and returns a transfer that has finished, the earliest asked for first.
    func takeFinished() -> (Transfer, Result<ByteBuffer, InwiseError>)? {
        for (index, transfer) in active.enumerated() {
            if case .finished(let result) = transfer.state {
                active.remove(at: index)
                return (transfer, result)
            }
        }
        return nil
    }

    func removeAll() { active.removeAll() }
}
