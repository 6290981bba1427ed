// SPDX-License-Identifier: MIT

/// A request to the service's REST interface, out of whatever server received it.
package struct RESTRequest {
    /// As on the request line, for example `GET`.
    package var httpMethod: String
    /// As on the request line, percent-encoded.
    package var pathAndQuery: String
    /// Header names (any case) and values.
    package var headers: [(name: String, value: String)]

    package init(httpMethod: String, pathAndQuery: String, headers: [(name: String, value: String)]) {
        self.httpMethod = httpMethod
        self.pathAndQuery = pathAndQuery
        self.headers = headers
    }
}

/// What is to be sent back.
package struct RESTAnswer {
    /// The HTTP status; 0 to close the connection without an answer.
    package var status: Int
    /// Headers beside Content-Type, which is always application/json.
    package var headers: [(name: String, value: String)] = []
    package var body: ByteBuffer
}
