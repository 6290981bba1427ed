// SPDX-License-Identifier: MIT

internal import CCurl
internal import Inwise

/// Posts forms to one URL over several connections, which are kept. Used by one thread, `wake` excepted.
final class HTTPPoster: @unchecked Sendable {  // `wake` is libcurl's own to be called from any thread
    private let multi: OpaquePointer
    private var idle: [OpaquePointer] = []
    private var busy: [OpaquePointer: Delivery] = [:]

    private static let connections = 16
    private static let timeoutSeconds = 30

    /// How a delivery went: the answer's status, 0 for none, and after how many seconds it may be tried again.
    struct Outcome {
        let delivery: Delivery
        let status: Int
        let retryAfter: Double
    }

    init(_ url: String) throws(Failure) {
        guard let multi = curl_multi_init() else { throw Failure(.software, "No memory for libcurl.") }
        self.multi = OpaquePointer(multi)
        inwise_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.connections)
        for _ in 0..<Self.connections {
            guard let easy = curl_easy_init() else { throw Failure(.software, "No memory for libcurl.") }
            inwise_curl_set_text(easy, CURLOPT_URL, url)
            inwise_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
            inwise_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
            inwise_curl_set_long(easy, CURLOPT_TIMEOUT, Self.timeoutSeconds)
            inwise_curl_set_write(easy, { _, size, count, _ in size * count }, nil)
            idle.append(OpaquePointer(easy))
        }
    }

    deinit {
        for easy in busy.keys { curl_multi_remove_handle(UnsafeMutableRawPointer(multi), UnsafeMutableRawPointer(easy)) }
        for easy in idle + Array(busy.keys) { curl_easy_cleanup(UnsafeMutableRawPointer(easy)) }
        curl_multi_cleanup(UnsafeMutableRawPointer(multi))
    }

    var isIdle: Bool { busy.isEmpty }
    var hasRoom: Bool { !idle.isEmpty }

    /// Begins to post. Only with room.
    func post(_ delivery: Delivery) {
        guard let easy = idle.popLast() else { return }
        inwise_curl_set_text(UnsafeMutableRawPointer(easy), CURLOPT_COPYPOSTFIELDS, delivery.body)
        curl_multi_add_handle(UnsafeMutableRawPointer(multi), UnsafeMutableRawPointer(easy))
        busy[easy] = delivery
    }

    /// Sends and receives what can be; what has been answered since.
    func perform() -> [Outcome] {
        var running: Int32 = 0
        curl_multi_perform(UnsafeMutableRawPointer(multi), &running)
        var outcomes: [Outcome] = []
        var left: Int32 = 0
        while let message = curl_multi_info_read(UnsafeMutableRawPointer(multi), &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let isAnswered = inwise_curl_message_result(message) == CURLE_OK
            let easy = OpaquePointer(handle)
            var status = 0
            var retryAfter: curl_off_t = 0
            if isAnswered {
                inwise_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
                inwise_curl_get_offset(handle, CURLINFO_RETRY_AFTER, &retryAfter)
            }
            curl_multi_remove_handle(UnsafeMutableRawPointer(multi), handle)
            idle.append(easy)
            if let delivery = busy.removeValue(forKey: easy) {
                outcomes.append(Outcome(delivery: delivery, status: status, retryAfter: Double(retryAfter)))
            }
        }
        return outcomes
    }

    /// Waits until something can be sent or received, until `wake`, or for so long.
    func wait(seconds: Double) {
        curl_multi_poll(UnsafeMutableRawPointer(multi), nil, 0, Int32((min(max(seconds, 0), 60) * 1000).rounded(.up)), nil)
    }

    /// Any thread.
    func wake() { curl_multi_wakeup(UnsafeMutableRawPointer(multi)) }
}
