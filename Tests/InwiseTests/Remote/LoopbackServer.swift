// SPDX-License-Identifier: MIT

import Glibc

@testable import Inwise

/// A server on this machine that does the same with every request.
final class LoopbackServer: @unchecked Sendable {  // `mutex` guards what changes
    enum Act: Sendable {
        /// Sends these bytes and closes.
        case answer(String)
        /// Sends these bytes and then nothing, until the client goes.
        case answerAndHang(String)
    }

    private let act: Act
    private let listener: Int32
    let port: UInt16
    private var thread = pthread_t()
    /// Each is written to once for a request that has come.
    private let requests: (read: Int32, write: Int32)

    init(_ act: Act) throws {
        self.act = act
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        requests = (ends[0], ends[1])
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isUp = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, address, &length) == 0
            }
        }
        guard isUp else { throw InwiseError(.network, "no port") }
        port = UInt16(bigEndian: address.sin_port)
        let server = Unmanaged.passRetained(self)
        pthread_create(&thread, nil, { context in
            if let context { Unmanaged<LoopbackServer>.fromOpaque(context).takeRetainedValue().serve() }
            return nil
        }, server.toOpaque())
    }

    /// Waits for its clients to go.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        pthread_join(thread, nil)
        for file in [listener, requests.read, requests.write] { close(file) }
    }

    /// Returns once a request has come that no earlier call has told of.
    func waitForRequest() {
        var byte: UInt8 = 0
        _ = read(requests.read, &byte, 1)
    }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            answer(connection)
            close(connection)
        }
    }

    private func answer(_ connection: Int32) {
        var buffer = [UInt8](repeating: 0, count: 16384)
        guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
        var byte: UInt8 = 1
        _ = write(requests.write, &byte, 1)
        switch act {
        case .answer(let text): send(text, connection)
        case .answerAndHang(let text):
            send(text, connection)
            while recv(connection, &buffer, buffer.count, 0) > 0 {}
        }
    }

    private func send(_ text: String, _ connection: Int32) {
        var text = text
        text.withUTF8 { bytes in _ = Glibc.send(connection, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }
}
