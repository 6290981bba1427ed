// SPDX-License-Identifier: MIT

internal import CCurl
internal import Glibc

/// What a finished request came to, read off libcurl before its handle is used again.
struct Response {
    let result: CURLcode
    /// 0 where there was no answer.
    let status: Int
    /// libcurl's own words about a failure.
    let problem: String
    /// Where a redirect pointed.
    let location: String?
    /// Seconds, counted from the service's own Date.
    let retryAfter: Double?
    /// See the function of this name.
    let mayHaveBeenDone: Bool

    init(_ easy: UnsafeMutableRawPointer, _ result: CURLcode, problem: String, isSecure: Bool) {
        self.result = result
        status = Self.status(easy)
        mayHaveBeenDone = Self.mayHaveBeenDone(easy, isSecure: isSecure)
        self.problem = problem.isEmpty ? String(cString: curl_easy_strerror(result)) : problem
        location = Self.header("Location", easy)
        retryAfter = Self.header("Retry-After", easy).flatMap { Self.seconds($0, date: Self.header("Date", easy)) }
    }

    /// Whether the service may have done what it was asked for, also while the request is in flight: some of it has left, and
    /// no answer says that it was refused.
    static func mayHaveBeenDone(_ easy: UnsafeMutableRawPointer, isSecure: Bool) -> Bool {
        var bytesSent = 0
        inwise_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &bytesSent)
        // What a proxy is told to connect to counts among them; the request itself waits for the TLS connection.
        var handshake: curl_off_t = 0
        inwise_curl_get_offset(easy, CURLINFO_APPCONNECT_TIME_T, &handshake)
        guard bytesSent > 0, handshake > 0 || !isSecure else { return false }
        return !(300..<500).contains(status(easy))
    }

    private static func status(_ easy: UnsafeMutableRawPointer) -> Int {
        var code = 0
        inwise_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &code)
        return code
    }

    /// A Retry-After in either form of RFC 9110 §10.2.3; nil if it is neither. Never negative.
    static func seconds(_ text: String, date: String?) -> Double? {
        let text = text.trimmingBlanks
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
            return Double(text).map { min($0, 1e9) }
        }
        let then = curl_getdate(text, nil)
        guard then >= 0 else { return nil }
        let stated = date.map { curl_getdate($0, nil) } ?? -1
        let now = stated >= 0 ? stated : time(nil)
        return min(max(0, Double(then) - Double(now)), 1e9)
    }

    private static func header(_ name: String, _ easy: UnsafeMutableRawPointer) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK, let value = found?.pointee.value
        else { return nil }
        return String(cString: value)
    }
}
