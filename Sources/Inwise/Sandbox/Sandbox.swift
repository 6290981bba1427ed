// SPDX-License-Identifier: MIT

/// A made-up account in memory that answers as the service would. It is made at the first call.
final class Sandbox: Backend, @unchecked Sendable {  // entered by one call at a time; what is outside the gate is constant
    let options: SandboxOptions
    private(set) var account: Account?
    private var dice: FaultDice
    /// Activities that arrive at the most.
    var mostLive = Int.max

    init(_ options: SandboxOptions) {
        self.options = options
        dice = FaultDice(options.faults, seed: options.seed)
    }

    /// Nothing to do: who sleeps is woken by the gate, and the database asks again and again whether it is to stop.
    func wake() {}

    func close() { account = nil }

    // MARK: Direct calls

    func answer(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer {
        guard query.consumer == nil else { throw .consumerWithoutMirror }
        try sleep(call, until: call.deadline)
        let fault = dice.draw(for: method)
        if let fault, !fault.losesAnswer { throw fault.error }
        let answer = try work(method, query, ids: .numbers, call, until: call.deadline)
        guard var error = fault?.error else { return answer }
        error.mayHaveConsumed = method.consumes
        throw error
    }

    func fetch(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer { try answer(method, query, call) }

    func walk(of method: Method, _ query: Query) throws(InwiseError) -> any RowWalk {
        PagedWalk(method, query, SandboxPages(self, method, query))
    }

    // MARK: REST

    func handle(_ request: RESTRequest, _ call: Call) throws(InwiseError) -> RESTAnswer {
        // Outside the gate, so that requests which come together wait together; a slow service's latency isn't the
        // serving program's time.
        try sleep(call, until: .distantFuture)
        do {
            let deadline = Instant.now.adding(seconds: options.timeoutSeconds)
            try call.gate.enter(call.ticket, until: deadline)
            defer { call.gate.leave() }
            return try handleInside(request, call, until: deadline)
        } catch {
            if error.code == .cancelled || error.code == .closed { throw error }
            return try RESTAnswer(error)
        }
    }

    private func handleInside(_ request: RESTRequest, _ call: Call, until deadline: Instant) throws(InwiseError) -> RESTAnswer {
        let question = try RESTQuestion(request, apiKey: options.apiKey)
        let fault = dice.draw(for: question.method)
        if let fault, !fault.losesAnswer { throw fault.error }
        let body = try work(question.method, question.query, ids: options.ids, call, until: deadline)
        return fault == nil ? RESTAnswer(status: 200, body: body) : RESTAnswer(status: 0, body: ByteBuffer())
    }

    // MARK: Work

    private func work(
        _ method: Method, _ query: Query, ids: ServiceRules.IDs, _ call: Call, until deadline: Instant
    ) throws(InwiseError) -> ByteBuffer {
        let begun = Instant.now
        let answer = try work(call, until: deadline) { account throws(InwiseError) in
            try account.service.answer(method, query, now: account.now, ids: ids)
        }
        call.log.write(.debug) {
            "sandbox: \(method.rawValue), \(answer.count) bytes, \(Int(Instant.now.seconds(since: begun) * 1000)) ms"
        }
        return answer
    }

    /// Activities that have arrived behind a place, the place behind them, and whose they are.
    func arrivals(after place: Int64, _ call: Call) throws(InwiseError) -> (rows: ByteBuffer, place: Int64, people: People) {
        try work(call, until: call.deadline) { account throws(InwiseError) in try account.arrivals(after: place) }
    }

    /// Lets `body` work on the account as it is now.
    private func work<Value>(
        _ call: Call, until deadline: Instant, _ body: (Account) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        let stop = { () -> InwiseError? in
            if call.isCancelled { return .cancelledCall }
            return Instant.now < deadline ? nil : InwiseError(.timeout, "The time for the call ran out while the sandbox worked. A large account takes long to make: raise \"timeout_seconds\", or ask for fewer contacts.")
        }
        if let error = stop() { throw error }
        let account = try account(stop)
        account.store.database.stop = stop
        defer { account.store.database.stop = nil }
        try account.catchUp(most: mostLive)
        return try body(account)
    }

    private func account(_ stop: @escaping () -> InwiseError?) throws(InwiseError) -> Account {
        if let account { return account }
        let account = try Account(options, stop: stop)
        self.account = account
        return account
    }

    /// Sleeps for the made-up latency.
    private func sleep(_ call: Call, until deadline: Instant) throws(InwiseError) {
        guard options.latencySeconds > 0 else { return }
        let wake = Instant.now.adding(seconds: options.latencySeconds)
        try call.gate.sleep(call.ticket, until: min(wake, deadline))
        guard wake <= deadline else {
            throw InwiseError(.timeout, "The time for the call ran out during the sandbox's latency_ms. Raise \"timeout_seconds\", or ask for less latency.")
        }
    }
}
