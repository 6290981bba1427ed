// SPDX-License-Identifier: MIT

extension RESTAnswer {
    /// An error as the service's clients get it: a status, and `{"error":"…","message":"…"}`.
    init(_ error: InwiseError) throws(InwiseError) {
        // A query that is not allowed is the request's fault; anything else without a status is the service's.
        let status = error.httpStatus ?? (error.code == .argument ? 400 : 500)
        let body = ByteBuffer()
        try body.append(JSON.object([("error", .string(Self.name(of: status))), ("message", .string(error.message))]).text)
        self.init(status: status, body: body)
        if status == 405 { headers.append(("Allow", "GET")) }
        if let seconds = error.retryAfter { headers.append(("Retry-After", String(seconds))) }
    }

    private static func name(of status: Int) -> String {
        switch status {
        case 400: "bad_request"
        case 401: "unauthorized"
        case 404: "not_found"
        case 405: "method_not_allowed"
        case 429: "rate_limit"
        default: "server_error"
        }
    }
}
