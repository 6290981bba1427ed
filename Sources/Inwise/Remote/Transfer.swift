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
    private(set) var attempts = 0
    private(set) var body = ByteBuffer()
    /// Why the body was not taken to its end.
    private(set) var bodyProblem: InwiseError?
    /// Nobody wants the answer any more; it only runs out, so that its connection stays usable.
    var isOrphan = false
    private(set) var began = Instant(nanoseconds: 0)
    private let maxResponseBytes: Int
    /// How large the answer may well be: a guess.
    private let expectedBytes: Int
    /// Decompressed bytes of the answer so far.
    private var received = 0

    init(_ request: RemoteRequest, maxResponseBytes: Int, expectedBytes: Int = 0) {
        self.request = request
        self.expectedBytes = min(expectedBytes, maxResponseBytes)
        self.maxResponseBytes = maxResponseBytes
    }

    /// Gets ready for another attempt.
    func begin(at time: Instant) {
        attempts += 1
        body = ByteBuffer()
        bodyProblem = nil
        received = 0
        began = time
    }

    /// The attempt doesn't count: it is made again at once.
    func startOver() {
        attempts -= 1
        state = .waiting(until: Instant(nanoseconds: 0))
    }

    /// Takes decompressed bytes of the answer; false to end the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        received += bytes.count
        guard received <= maxResponseBytes else {
            bodyProblem = InwiseError(.protocol, "The answer is larger than \(maxResponseBytes) bytes. Ask for smaller pages (\"page_size\"), or raise \"max_response_bytes\".")
            return false
        }
        if isOrphan { return true }
        do {
            if body.count == 0 { try body.reserve(max(expectedBytes, bytes.count)) }
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
    /// Bytes of the largest answer so far.
    private(set) var largestAnswer = 0
    var isEmpty: Bool { active.isEmpty }

    func add(_ transfer: Transfer) { active.append(transfer) }

    /// Removes and returns a transfer that has finished, the earliest asked for first.
    func takeFinished() -> (Transfer, Result<ByteBuffer, InwiseError>)? {
        for (index, transfer) in active.enumerated() {
            if case .finished(let result) = transfer.state {
                active.remove(at: index)
                if case .success(let body) = result { largestAnswer = max(largestAnswer, body.count) }
                return (transfer, result)
            }
        }
        return nil
    }

    func removeAll() { active.removeAll() }
}
