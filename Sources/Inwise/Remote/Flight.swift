// SPDX-License-Identifier: MIT

internal import CCurl

/// What libcurl points to while a transfer is in flight.
final class Flight {
    let transfer: Transfer
    let group: TransferGroup
    let problem: UnsafeMutablePointer<CChar>

    init(_ transfer: Transfer, _ group: TransferGroup) {
        self.transfer = transfer
        self.group = group
        problem = .allocate(capacity: Int(CURL_ERROR_SIZE))
        problem.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { problem.deallocate() }

    /// Bytes that are read off a socket at once.
    private static let bufferBytes = 256 * 1024

    /// Tells libcurl what to ask for, how, and where the answer goes.
    ///
    /// - Parameter headers: of every request; they must last as long as the flight.
    func configure(_ easy: UnsafeMutableRawPointer, _ options: RemoteOptions, _ headers: UnsafeMutablePointer<curl_slist>?) {
        func set(_ option: CURLoption, _ value: Int) { inwise_curl_set_long(easy, option, value) }
        func set(_ option: CURLoption, _ value: String) { inwise_curl_set_text(easy, option, value) }
        set(CURLOPT_URL, transfer.request.url)
        set(CURLOPT_PROTOCOLS_STR, options.base.isSecure ? "https" : "http")
        inwise_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
        set(CURLOPT_USERAGENT, options.userAgent)
        set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP09_ALLOWED, 0)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        // A page of 1,000 rows is some 200 kB: with libcurl's 16 kB each takes a dozen reads of the socket.
        set(CURLOPT_BUFFERSIZE, Self.bufferBytes)
        // No signal for time-outs of the resolver; and its thread isn't waited for when a call ends early.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int((options.connectTimeoutSeconds * 1000).rounded(.up)))
        if transfer.request.method.consumes {
            // On a kept connection that turns out dead libcurl sends a GET again by itself, and the feed is consumed twice.
            set(CURLOPT_FRESH_CONNECT, 1)
            set(CURLOPT_FORBID_REUSE, 1)
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        } else {
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        }
        if let proxy = options.proxy {
            set(CURLOPT_PROXY, proxy)
        } else if options.base.isLoopback {
            // The environment's proxy is another host: the key must not go there in the clear.
            set(CURLOPT_PROXY, "")
        }
        if let caFile = options.caFile { set(CURLOPT_CAINFO, caFile) }
        inwise_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, problem)
        inwise_curl_set_write(
            easy,
            { bytes, size, count, context in
                guard let context, let bytes else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                let (length, overflow) = size.multipliedReportingOverflow(by: count)
                guard !overflow else { return 0 }
                return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
            }, Unmanaged.passUnretained(transfer).toOpaque())
    }
}
