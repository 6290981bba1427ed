// SPDX-License-Identifier: MIT

internal import CMicroHTTPD
internal import Inwise
internal import Synchronization

/// A connection of somebody who posts webhooks, and its request at the time. The daemon's thread uses it; while it is suspended the queue's.
final class ReceiverConnection: @unchecked Sendable {  // one thread after the other, through locks of the daemon's
    private let connection: OpaquePointer
    private unowned let receiver: WebhookReceiver
    let socket: Int32
    /// Who is at its other end.
    private let address: String
    /// When the client has taken too long, in nanoseconds. Any thread.
    let deadline: Atomic<Int64>

    private enum Phase { case idle, receiving, waiting, answered }
    private var phase = Phase.idle
    private var method = ""
    /// Path and query as on the request line.
    private var target = ""
    private var body: [UInt8] = []
    /// What the request has been counted with in the receiver's `bodyBytes`.
    private var counted = 0
    private var dropped = 0
    private var answer: ReceiverAnswer?

    /// A body that nobody will read is listened to up to here, since most clients read their answer only when they have sent it.
    private static let mostDropped = 16 << 20
    private static let healthPath = "/health"

    init(_ connection: OpaquePointer, _ receiver: WebhookReceiver) {
        self.connection = connection
        self.receiver = receiver
        socket = inwise_mhd_socket(connection)
        address = inwise_mhd_client(connection).flatMap { SocketAddress.text(of: $0)?.host } ?? "unknown"
        deadline = Atomic(receiver.clientDeadline)
    }

    private var path: Substring { target.prefix { $0 != "?" } }
    /// Rather than to post something there.
    private var asksForHealth: Bool { path == Self.healthPath && (method == "GET" || method == "HEAD") }

    // MARK: A request

    /// Begins one, by its first line.
    func begin(_ target: String) {
        end()
        self.target = target
    }

    /// Ends it, however it ends.
    func end() {
        deadline.store(receiver.clientDeadline, ordering: .relaxed)
        guard phase != .idle else { return }
        phase = .idle
        receiver.unanswered.subtract(1, ordering: .relaxed)
        receiver.bodyBytes -= counted
        (counted, dropped) = (0, 0)
        body = []
        answer = nil
    }

    /// Goes on with it.
    ///
    /// - Parameter piece: of its body; empty when there is nothing more.
    /// - Returns: false to close the connection.
    func handle(_ method: UnsafePointer<CChar>, _ piece: UnsafeRawBufferPointer) -> Bool {
        switch phase {
        case .idle:
            phase = .receiving
            self.method = String(cString: method)
            receiver.unanswered.add(1, ordering: .relaxed)
            return look()
        case .receiving where piece.isEmpty: return finish()
        case .receiving: return take(piece)
        case .waiting: return send()
        case .answered: return false
        }
    }

    /// Looks at what the headers say, before there is a body.
    private func look() -> Bool {
        let length = header("Content-Length").flatMap { Int($0) } ?? 0
        answer = refusal(length)
        // A client that waits to be told to go on, or would go on for too long, is answered now.
        guard answer != nil, header("Expect") != nil || length > Self.mostDropped else { return true }
        return send()
    }

    private func refusal(_ length: Int) -> ReceiverAnswer? {
        if asksForHealth { return receiver.isStopping ? .stopping : receiver.queue.problem == nil ? .healthy : .unwell }
        if let only = receiver.path, path != only { return .notFound }
        guard method == "POST" else { return .notAllowed }
        if receiver.isStopping { return .stopping }
        do throws(InwiseError) {
            try receiver.door.check(address: address, forwardedFor: receiver.readsForwardedFor ? forwardedFor() : nil, url: target)
        } catch {
            return ReceiverAnswer(status: 403, text: error.message)
        }
        if length > receiver.door.maxBodyBytes { return .tooLarge(receiver.door.maxBodyBytes) }
        return nil
    }

    private func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard answer == nil else {
            dropped += piece.count
            return dropped <= Self.mostDropped
        }
        let count = body.count + piece.count
        if count > receiver.door.maxBodyBytes {
            answer = .tooLarge(receiver.door.maxBodyBytes)
        } else if receiver.bodyBytes + piece.count > receiver.mostBodyBytes {
            answer = .busy
        } else {
            body.append(contentsOf: piece)
            receiver.bodyBytes += piece.count
            counted += piece.count
            return true
        }
        body = []
        return true
    }

    /// All of it is there: what is to be kept waits for that, anything else is answered.
    private func finish() -> Bool {
        guard answer == nil, let webhook = read() else { return send() }
        phase = .waiting
        deadline.store(.max, ordering: .relaxed)
        MHD_suspend_connection(connection)
        let entry = EventQueue.Entry(webhook: webhook) { [self] outcome in
            answer =
                switch outcome {
                case .new: .new
                case .repeated: .repeated
                case .failed(let why): ReceiverAnswer(status: 500, text: why)
                case .putOff(let why): .putOff(why)
                }
            MHD_resume_connection(connection)
        }
        if !receiver.queue.put(entry) {
            answer = receiver.isStopping ? .stopping : .busy
            MHD_resume_connection(connection)
        }
        return true
    }

    private func read() -> Webhook? {
        defer { body = [] }
        let outcome: Result<Webhook, InwiseError> = body.withUnsafeBytes { bytes in
            Result { () throws(InwiseError) in try receiver.door.read(bytes) }
        }
        do {
            return try outcome.get()
        } catch {
            answer = error.code == .memory ? .putOff(error.message) : ReceiverAnswer(status: 400, text: error.message)
            return nil
        }
    }

    private func send() -> Bool {
        guard let answer else { return false }
        phase = .answered
        deadline.store(receiver.clientDeadline, ordering: .relaxed)
        if !asksForHealth { receiver.log.note(answer, to: "\(address) \(method) \(path)") }
        var text = answer.text + "\n"
        let response = text.withUTF8 { bytes in
            MHD_create_response_from_buffer(bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let response else { return false }
        defer { MHD_destroy_response(response) }
        let closing = receiver.isStopping ? [(name: "Connection", value: "close")] : []
        for (name, value) in [("Content-Type", "text/plain; charset=utf-8")] + answer.headers + closing {
            MHD_add_response_header(response, name, value)
        }
        return MHD_queue_response(connection, answer.status, response) == .YES
    }

    // MARK: Headers

    private func header(_ name: String) -> String? {
        MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { String(cString: $0) }
    }

    /// One header or several, which mean the same.
    private func forwardedFor() -> String? {
        var values: [String] = []
        withUnsafeMutablePointer(to: &values) { values in
            _ = MHD_get_connection_values(connection, .HEADER_KIND, { context, _, name, value in
                if let context, let name, let value, String(cString: name).lowercased() == "x-forwarded-for" {
                    context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: value))
                }
                return .YES
            }, values)
        }
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
