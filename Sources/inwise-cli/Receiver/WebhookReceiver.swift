// SPDX-License-Identifier: MIT

internal import CMicroHTTPD
internal import Glibc
internal import Inwise
internal import Synchronization

/// Receives webhooks over HTTP. One thread reads and parses; a request is answered once its event is in the mirror, or can't be.
final class WebhookReceiver: @unchecked Sendable {  // constant, or guarded, or of the daemon's thread alone where that is said
    let door: WebhookDoor
    /// The one path of webhooks; nil for any.
    let path: String?
    let readsForwardedFor: Bool
    let queue: EventQueue
    let log: ReceiverLog
    private let requestSeconds: Double
    private var daemon: OpaquePointer?
    private let connections = Mutex<[ObjectIdentifier: ReceiverConnection]>([:])
    private let stopping = Atomic<Bool>(false)
    /// Requests whose headers have come and that have no answer yet.
    let unanswered = Atomic<Int>(0)
    /// Of bodies that are being received or wait. Of the daemon's thread.
    var bodyBytes = 0

    /// Of bodies, all together.
    var mostBodyBytes: Int { max(16 << 20, 4 * door.maxBodyBytes) }

    /// - Parameters:
    ///   - socket: listens.
    ///   - connections: at the most; more wait to be accepted.
    ///   - requestSeconds: how long a client may take to send a request, or to begin another.
    init(
        _ socket: Int32, _ door: WebhookDoor, path: String?, readsForwardedFor: Bool, _ queue: EventQueue, _ log: ReceiverLog, connections: Int,
        requestSeconds: Double
    ) throws(Failure) {
        (self.door, self.path, self.readsForwardedFor, self.queue, self.log) = (door, path, readsForwardedFor, queue, log)
        self.requestSeconds = requestSeconds
        let context = Unmanaged.passUnretained(self).toOpaque()
        errno = 0
        daemon = inwise_mhd_receive(
            socket, UInt32(clamping: connections), notifyOfConnection, beginRequest, handleRequest, endRequest, context)
        guard daemon != nil else { throw Failure(.unavailable, "Can't serve HTTP: \(String(cString: strerror(errno))).") }
    }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Until when a client that begins something now has time.
    var clientDeadline: Int64 { Instant.now.adding(seconds: requestSeconds).nanoseconds }

    // MARK: The daemon's thread

    fileprivate func open(_ connection: OpaquePointer) -> ReceiverConnection {
        let opened = ReceiverConnection(connection, self)
        connections.withLock { $0[ObjectIdentifier(opened)] = opened }
        return opened
    }

    fileprivate func close(_ connection: ReceiverConnection) {
        connection.end()
        _ = connections.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    // MARK: The main thread

    /// Ends the connections of clients that take too long.
    func dropSlow() {
        let now = Instant.now.nanoseconds
        // Under the lock no socket is closed, so that none is another's by now.
        connections.withLock { connections in
            for connection in connections.values where connection.deadline.load(ordering: .relaxed) < now {
                shutdown(connection.socket, Int32(SHUT_RDWR))
            }
        }
    }

    /// Lets nothing in any more, sees to it that what waits is kept and answered, and frees everything.
    ///
    /// - Parameter isUrgent: asked now and then; true to put off what waits.
    func stop(isUrgent: () -> Bool) {
        guard let daemon else { return }
        stopping.store(true, ordering: .relaxed)
        let socket = MHD_quiesce_daemon(daemon)
        if socket >= 0 { Glibc.close(socket) }
        queue.end()
        while !queue.isDone { if isUrgent() { queue.giveUp() } }
        queue.join()
        let end = Instant.now.adding(seconds: min(requestSeconds, Self.farewellSeconds))
        while unanswered.load(ordering: .relaxed) > 0, Instant.now < end, !isUrgent() {}
        MHD_stop_daemon(daemon)
        self.daemon = nil
    }

    /// For requests that are half sent.
    private static let farewellSeconds = 5.0
}

private func receiver(_ context: UnsafeMutableRawPointer?) -> WebhookReceiver? {
    context.map { Unmanaged<WebhookReceiver>.fromOpaque($0).takeUnretainedValue() }
}

private func connection(_ state: UnsafeMutableRawPointer?) -> ReceiverConnection? {
    state.map { Unmanaged<ReceiverConnection>.fromOpaque($0).takeUnretainedValue() }
}

/// Makes a connection's state when it begins, and lets go of it when it ends.
private func notifyOfConnection(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ reason: MHD_ConnectionNotificationCode
) {
    guard let state, let receiver = receiver(context) else { return }
    if reason == .CONNECTION_NOTIFY_STARTED {
        if let handle { state.pointee = Unmanaged.passUnretained(receiver.open(handle)).toOpaque() }
    } else if let connection = connection(state.pointee) {
        state.pointee = nil
        receiver.close(connection)
    }
}

/// Comes with the first line of a request.
private func beginRequest(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let target, let state = inwise_mhd_state(handle) else { return nil }
    connection(state)?.begin(String(cString: target))
    return state
}

/// Comes when a request's headers are there, for each piece of its body, when it is complete, and once its answer is there.
private func handleRequest(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ url: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
    _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?, _ uploadSize: UnsafeMutablePointer<Int>?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let connection = connection(state?.pointee), let method, let uploadSize else { return .NO }
    let piece = UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
    uploadSize.pointee = 0
    return connection.handle(method, piece) ? .YES : .NO
}

/// Comes when a request has been answered, or will not be.
private func endRequest(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ reason: MHD_RequestTerminationCode
) {
    connection(state?.pointee)?.end()
}
