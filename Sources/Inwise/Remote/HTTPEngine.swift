// SPDX-License-Identifier: MIT

internal import CCurl
internal import Glibc

/// Moves requests over libcurl's multi interface on the thread of the call: sends, repeats, paces, waits.
///
/// One call at a time is inside, `wake` excepted. Connections are kept for the next call.
final class HTTPEngine: @unchecked Sendable {  // entered by one call at a time; `multi` never changes
    private let options: RemoteOptions
    private let judge: ResponseJudge
    private let multi: UnsafeMutableRawPointer?
    private let headers: UnsafeMutablePointer<curl_slist>?
    private var retries: RetryPolicy
    /// When `requests_per_second` allows the next request.
    private var nextSlot = Instant(nanoseconds: 0)
    /// In flight by libcurl's handle; orphans too.
    private var flights: [UnsafeMutableRawPointer: Flight] = [:]

    init(_ options: RemoteOptions) {
        self.options = options
        _ = Self.librarySetUp
        judge = ResponseJudge(
            host: options.base.host, apiKey: options.apiKey, connectTimeoutSeconds: options.connectTimeoutSeconds,
            mayUseProxy: options.mayUseProxy)
        retries = RetryPolicy(maxRetries: options.maxRetries, maxDelay: options.maxRetryDelaySeconds)
        multi = curl_multi_init()
        inwise_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.pagesInFlight + 2)
        // A connection for each request in the air, over HTTP/2 too: several streams of one connection stall in
        // libcurl 7.88, when one of them has read the others' last frames off the socket (1 walk in 100, measured).
        inwise_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        var list = curl_slist_append(nil, "Accept: application/json")
        if let key = options.apiKey { list = curl_slist_append(list, "X-API-Key: " + key) }
        headers = list
    }

    deinit {
        withoutSIGPIPE {
            for (easy, _) in flights {
                curl_multi_remove_handle(multi, easy)
                curl_easy_cleanup(easy)
            }
            curl_multi_cleanup(multi)
            curl_slist_free_all(headers)
        }
    }

    /// Thread-safe since libcurl 7.84; once per process, and never undone, since others may use libcurl too.
    private static let librarySetUp = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// Makes the call inside look whether it was cancelled. Any thread.
    func wake() { curl_multi_wakeup(multi) }

    // MARK: Waiting

    /// Waits until a transfer of the group has finished, and takes it out of the group.
    ///
    /// On a timeout or a cancellation all of the group's transfers are given up.
    func next(in group: TransferGroup, _ call: Call) throws(InwiseError) -> (Transfer, Result<ByteBuffer, InwiseError>) {
        do {
            return try withoutSIGPIPE { () throws(InwiseError) in try wait(for: group, call) }
        } catch {
            var error = error
            error.mayHaveConsumed = mayHaveConsumed(group)
            drop(group)
            throw error
        }
    }

    private func wait(for group: TransferGroup, _ call: Call) throws(InwiseError) -> (Transfer, Result<ByteBuffer, InwiseError>) {
        guard multi != nil else { throw InwiseError(.memory, "No memory for connections.") }
        while true {
            if let finished = group.takeFinished() { return finished }
            guard !group.isEmpty else { throw InwiseError(.internal, "A call waits for no request.") }
            try call.checkCancelled()
            let now = Instant.now
            guard now < call.deadline else { throw timeout(of: group) }
            let due = try sendWhatIsDue(of: group, now, call)
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            if takeMessages(call) { continue }
            let until = min(due, call.deadline)
            let milliseconds = (until.seconds(since: .now) * 1000).rounded(.up)
            curl_multi_poll(multi, nil, 0, Int32(min(max(milliseconds, 0), 60_000)), nil)
        }
    }

    /// Sends what is due without waiting for answers.
    func push(_ group: TransferGroup, _ call: Call) {
        withoutSIGPIPE {
            // What can't be sent now is sent, or fails, when somebody waits for it.
            guard (try? sendWhatIsDue(of: group, .now, call)) != nil else { return }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
        }
    }

    private func timeout(of group: TransferGroup) -> InwiseError {
        var error = InwiseError(.timeout, "The time for the call ran out before \(options.base.host) had answered. Ask for less at a time, or raise \"timeout_seconds\".")
        error.attempts = group.active.map(\.attempts).max()
        return error
    }

    // MARK: Sending

    /// Hands what is due to libcurl; returns when the next one will be.
    private func sendWhatIsDue(of group: TransferGroup, _ now: Instant, _ call: Call) throws(InwiseError) -> Instant {
        var next = Instant.distantFuture
        for transfer in group.active {
            guard case .waiting(let until) = transfer.state else { continue }
            let earliest = options.requestsPerSecond == nil ? until : max(until, nextSlot)
            if earliest > now {
                next = min(next, earliest)
                continue
            }
            if let rate = options.requestsPerSecond { nextSlot = max(now, nextSlot).adding(seconds: 1 / rate) }
            try send(transfer, group, now)
        }
        return next
    }

    private func send(_ transfer: Transfer, _ group: TransferGroup, _ now: Instant) throws(InwiseError) {
        guard let easy = curl_easy_init() else { throw InwiseError(.memory, "No memory for a request.") }
        let flight = Flight(transfer, group)
        transfer.begin(at: now)
        group.traffic.requests += 1
        if transfer.attempts > 1 { group.traffic.retries += 1 }
        flight.configure(easy, options, headers)
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            curl_easy_cleanup(easy)
            throw InwiseError(.memory, "No memory for a request.")
        }
        transfer.state = .inFlight(easy)
        flights[easy] = flight
    }

    // MARK: Finishing

    /// Takes what libcurl has finished; true if there was something.
    private func takeMessages(_ call: Call) -> Bool {
        var found = false
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            found = true
            let result = inwise_curl_message_result(message)
            guard let flight = flights[easy] else { continue }
            let response = Response(easy, result, problem: String(cString: flight.problem), isSecure: options.base.isSecure)
            release(easy)
            finish(flight, response, call)
        }
        return found
    }

    private func release(_ easy: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, easy)
        flights[easy] = nil
        // Not kept for another request: libcurl before 8.1 may still point into the headers of this one then (curl
        // #11103), and a folded header line of the next answer makes it write there. Connections are kept by the multi.
        curl_easy_cleanup(easy)
    }

    private func finish(_ flight: Flight, _ response: Response, _ call: Call) {
        let transfer = flight.transfer, group = flight.group
        guard !transfer.isOrphan else { return }
        if response.result == CURLE_OPERATION_TIMEDOUT, transfer.began < call.began {
            // It was begun in an earlier call, and the host took its time: that is not the service's fault.
            transfer.startOver()
            return
        }
        let now = Instant.now
        group.traffic.bytes += transfer.body.count
        call.log.write(.debug) {
            let milliseconds = Int((now.seconds(since: transfer.began) * 1000).rounded())
            return "GET \(options.path(transfer.request.method)): HTTP \(response.status), \(transfer.body.count) bytes in \(milliseconds) ms"
        }
        guard let verdict = judge.failure(response, body: transfer.body, bodyProblem: transfer.bodyProblem) else {
            retries.succeeded()
            transfer.state = .finished(.success(transfer.body))
            return
        }
        let consumes = transfer.request.method.consumes
        let isRepeatable = verdict.isRepeatable && !consumes
        let decision = retries.decide(
            after: verdict.error, isRepeatable: isRepeatable, attempts: transfer.attempts, retryAfter: response.retryAfter,
            now: now, deadline: call.deadline)
        switch decision {
        case .again(let time):
            call.log.write(.warning) { "\(transfer.request.method.rawValue): attempt \(transfer.attempts) failed (\(verdict.error.code.name)), again in \(Int((time.seconds(since: now) * 1000).rounded())) ms" }
            transfer.state = .waiting(until: time)
        case .giveUp(var error):
            error.mayHaveConsumed = consumes && response.mayHaveBeenDone
            if error.mayHaveConsumed, error.code == .network {
                error.message += " Rows of the recent feed may have been consumed by it: read the same days again with its dated method."
            }
            transfer.state = .finished(.failure(error))
        }
    }

    /// Goes through sending and finishing a request without libcurl moving anything; see `WarmUp`.
    func rehearse(_ call: Call) {
        guard let easy = curl_easy_init(), let request = try? RemoteRequest(.activities, Query(), page: 0, pageSize: 1, options) else { return }
        let group = TransferGroup()
        for result in [CURLE_OK, CURLE_COULDNT_CONNECT] {
            let transfer = Transfer(request, maxResponseBytes: 1024)
            let flight = Flight(transfer, group)
            group.add(transfer)
            transfer.begin(at: .now)
            flight.configure(easy, options, headers)
            flights[easy] = flight
            _ = takeMessages(call)
            finish(flight, Response(easy, result, problem: "", isSecure: false), call)
            flights[easy] = nil
            _ = group.takeFinished()
        }
        curl_easy_cleanup(easy)
    }

    // MARK: Giving up

    /// Lets the group's answers run out unread, so that their connections can be used again.
    func abandon(_ group: TransferGroup) {
        for transfer in group.active { transfer.isOrphan = true }
        group.removeAll()
        withoutSIGPIPE {
            while flights.count > options.pagesInFlight, let easy = flights.first(where: { $0.value.transfer.isOrphan })?.key {
                release(easy)
            }
        }
    }

    private func mayHaveConsumed(_ group: TransferGroup) -> Bool {
        group.active.contains { transfer in
            guard transfer.request.method.consumes, case .inFlight(let easy) = transfer.state else { return false }
            return Response.mayHaveBeenDone(easy, isSecure: options.base.isSecure)
        }
    }

    /// Ends the group's transfers, and their connections with them.
    private func drop(_ group: TransferGroup) {
        withoutSIGPIPE {
            for transfer in group.active {
                if case .inFlight(let easy) = transfer.state { release(easy) }
            }
        }
        group.removeAll()
    }
}
