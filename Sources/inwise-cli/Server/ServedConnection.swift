// SPDX-License-Identifier: MIT

internal import CMicroHTTPD
internal import Glibc
internal import Inwise

/// A connection of a client of the sandbox, and its request at the time. The thread of the connection alone uses it.
///
/// It lives as long as the connection: libmicrohttpd does not tell the end of every request that it refuses.
final class ServedConnection {
    /// Path and query as on the request line.
    private var target = ""
    /// Whether the request's headers have come.
    var hasHeaders = false
    private var dropped = 0

    /// A body that is of no use here may have this size; whoever sends more is not listened to.
    private static let largestBody = 1 << 20

    /// Begins another request.
    func begin(_ target: String) {
        self.target = target
        hasHeaders = false
        dropped = 0
    }

    /// Throws away a piece of the body; false when it was one too many.
    func drop(_ count: Int) -> Bool {
        dropped += count
        return dropped <= Self.largestBody
    }

    /// Sends the sandbox's answer; false to close the connection without one.
    func answer(_ method: String, on connection: OpaquePointer, from client: InwiseClient) -> Bool {
        let request = RESTRequest(httpMethod: method, pathAndQuery: target, headers: Self.headers(of: connection))
        do {
            let answer = try client.handle(request)
            guard answer.status > 0 else { return false }
            return try send(answer, on: connection)
        } catch {
            // The server is being stopped, or there is no memory.
            return false
        }
    }

    /// Hands the body over as it lies in memory.
    private func send(_ answer: RESTAnswer, on connection: OpaquePointer) throws(InwiseError) -> Bool {
        let count = answer.body.count
        let bytes = try answer.body.detach()
        guard let response = MHD_create_response_from_buffer(count, bytes, .RESPMEM_MUST_FREE) else {
            free(bytes)
            return false
        }
        defer { MHD_destroy_response(response) }
        for (name, value) in [("Content-Type", "application/json")] + answer.headers {
            MHD_add_response_header(response, name, value)
        }
        return MHD_queue_response(connection, UInt32(clamping: answer.status), response) == .YES
    }

    private static func headers(of connection: OpaquePointer) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &headers) { headers in
            _ = MHD_get_connection_values(connection, .HEADER_KIND, { context, _, name, value in
                if let context, let name {
                    let headers = context.assumingMemoryBound(to: [(name: String, value: String)].self)
                    headers.pointee.append((String(cString: name), value.map { String(cString: $0) } ?? ""))
                }
                return .YES
            }, headers)
        }
        return headers
    }
}
