// SPDX-License-Identifier: MIT

internal import CMicroHTTPD
internal import Glibc
internal import Inwise

/// Serves a sandbox over HTTP on this machine's loopback address.
///
/// Each connection has a thread, so that requests which a sandbox delays are delayed side by side; a sandbox answers on
/// the thread that asks.
final class SandboxServer {
    private let client: InwiseClient
    private let daemon: OpaquePointer
    let port: UInt16

    /// A test opens dozens of connections; more than this wait to be accepted.
    private static let connections: UInt32 = 512
    /// Longer than a sandbox can be told to delay an answer.
    private static let idleSeconds: UInt32 = 120

    /// - Parameter port: 0 for a free one.
    init(_ client: InwiseClient, port: UInt16) throws(Failure) {
        self.client = client
        let context = Unmanaged.passUnretained(client).toOpaque()
        errno = 0
        guard let daemon = inwise_mhd_start(
            port, Self.connections, Self.idleSeconds, notifyOfConnection, beginRequest, answerRequest, context)
        else {
            let reason = errno == 0 ? "" : ": \(String(cString: strerror(errno)))"
            throw Failure(.unavailable, "Can't listen on 127.0.0.1, port \(port)\(reason). Use --port 0 for a free one.")
        }
        self.daemon = daemon
        self.port = inwise_mhd_port(daemon)
    }

    /// Ends every connection and frees everything. Answers that are being delayed are not given.
    func stop() {
        client.close()
        MHD_stop_daemon(daemon)
    }
}

/// Makes a connection's state when it begins, and frees it when it ends.
private func notifyOfConnection(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_ConnectionNotificationCode
) {
    guard let state else { return }
    if reason == .CONNECTION_NOTIFY_STARTED {
        state.pointee = Unmanaged.passRetained(ServedConnection()).toOpaque()
    } else if let served = state.pointee {
        state.pointee = nil
        Unmanaged<ServedConnection>.fromOpaque(served).release()
    }
}

/// Comes with the first line of a request.
private func beginRequest(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let target, let state = inwise_mhd_state(connection) else { return nil }
    Unmanaged<ServedConnection>.fromOpaque(state).takeUnretainedValue().begin(String(cString: target))
    return state
}

/// Comes when a request's headers are there, for each piece of its body, and when it is complete.
private func answerRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let uploadSize, let state = state?.pointee else { return .NO }
    let served = Unmanaged<ServedConnection>.fromOpaque(state).takeUnretainedValue()
    guard served.hasHeaders else {
        served.hasHeaders = true
        return .YES
    }
    if uploadSize.pointee > 0 {
        let isBearable = served.drop(uploadSize.pointee)
        uploadSize.pointee = 0
        return isBearable ? .YES : .NO
    }
    let client = Unmanaged<InwiseClient>.fromOpaque(context).takeUnretainedValue()
    return served.answer(String(cString: method), on: connection, from: client) ? .YES : .NO
}
