// SPDX-License-Identifier: MIT

/// A mirror in a file, which answers as the service would.
final class MirrorSource: Backend, @unchecked Sendable {  // entered by one call at a time; what is outside the gate is constant
    let options: MirrorOptions
    private var service: Service?
    /// What the path led to when it was opened; nil for a store in memory.
    private var file: FileUses.File?
    /// The log beside it, once there is one.
    private var log: FileUses.File?
    /// While a sync into it is under way.
    var syncLock: SyncLock?

    init(_ options: MirrorOptions) { self.options = options }

    /// Over a store in memory: for `WarmUp`.
    init(_ options: MirrorOptions, over store: Store) {
        self.options = options
        service = Self.service(store)
    }

    private static func service(_ store: Store) -> Service {
        var rules = ServiceRules()
        rules.keepsConsumers = true
        return Service(store, rules)
    }

    /// The database asks again and again whether it is to stop; a sync that waits for its source does not.
    func wake() { ForkLock.withLock({ wakeSync })?() }

    /// Told, with no lock held, when a call on the mirror is to look at whether it has been cancelled, while a sync into it is under
    /// way. Guarded by ForkLock.
    private var wakeSync: (@Sendable () -> Void)?

    func setWakeSync(_ wake: (@Sendable () -> Void)?) { ForkLock.withLock { wakeSync = wake } }

    func close() {
        service = nil
        syncLock?.release()
        syncLock = nil
    }

    /// The mirror's time now.
    var now: WallTime { options.now ?? SandboxClock.machineTime() }

    /// Opens the file, if it isn't open yet.
    ///
    /// - Parameter stop: asked while another process that makes the file is waited for.
    func open(_ stop: (() -> InwiseError?)? = nil) throws(InwiseError) -> Service {
        if let service {
            if file == nil || FileUses.File(options.path) == file { return service }
            // Another file has its name, or none: what went into this one would be gone.
            guard syncLock == nil else {
                throw InwiseError(.store, "\(options.path) was moved away, removed or replaced during the sync, whose last steps are in the file that had this name. Leave a mirror's files alone while it is open, and sync again.")
            }
            // Whoever opens the file that has the name now would write the old one's log into it.
            let place = MirrorPlace(of: options.path)
            guard !place.hasLog || place.logFile != log else {
                throw InwiseError(.store, "\(options.path) was moved away, removed or replaced while it was open, and its log of writes, with \"-wal\" at its name's end, was left behind. Put the file back; or close the mirror everywhere, and remove the log or move it to its file.")
            }
            self.service = nil
        }
        let service = Self.service(Store(try MirrorFile.open(options.path, readOnly: options.readOnly, stop: stop)))
        self.service = service
        file = FileUses.File(options.path)
        log = nil
        noteLog()
        return service
    }

    /// A new file gets its log as it is first worked on, and keeps it while it is open.
    private func noteLog() {
        if log == nil, file != nil, FileUses.File(options.path) == file { log = MirrorPlace(of: options.path).logFile }
    }

    // MARK: Direct calls

    func answer(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer {
        if method.consumes, query.consumer == nil { try checkWritable("consume recent rows; name a \"consumer\" to read without consuming") }
        return try read(call) { service throws(InwiseError) in try service.answer(method, query, now: now) }
    }

    func fetch(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer { try answer(method, query, call) }

    func walk(of method: Method, _ query: Query) throws(InwiseError) -> any RowWalk {
        StoreWalk.rows(method.rowKind ?? .activities, query, self)
    }

    /// Notes up to where a consumer has dealt with recent rows.
    func acknowledge(_ method: Method, consumer: String, _ through: Acknowledgement, _ call: Call) throws(InwiseError) {
        try checkWritable("note what a consumer has dealt with")
        try read(call) { service throws(InwiseError) in try service.acknowledge(method, consumer: consumer, through) }
    }

    /// Keeps what webhooks tell: all of it, or on an error nothing.
    func ingest(_ webhooks: [Webhook], _ call: Call) throws(InwiseError) -> [WebhookEvents.Outcome] {
        try checkWritable("keep what webhooks tell")
        let received = now
        return try read(call) { service throws(InwiseError) in
            try service.store.write(durable: true) { () throws(InwiseError) in
                let events = WebhookEvents(service.store)
                var outcomes: [WebhookEvents.Outcome] = []
                outcomes.reserveCapacity(webhooks.count)
                for webhook in webhooks { outcomes.append(try events.add(webhook, received: received)) }
                return outcomes
            }
        }
    }

    private func checkWritable(_ what: String) throws(InwiseError) {
        guard !options.readOnly else {
            throw .argument("read_only", "The mirror was opened with \"read_only\" and can't \(what).")
        }
    }

    // MARK: REST

    func handle(_ request: RESTRequest, _ call: Call) throws(InwiseError) -> RESTAnswer {
        do {
            let deadline = Instant.now.adding(seconds: options.timeoutSeconds)
            try call.gate.enter(call.ticket, until: deadline)
            defer { call.gate.leave() }
            let question = try RESTQuestion(request, apiKey: options.apiKey)
            let body = try read(call, until: deadline) { service throws(InwiseError) in
                try service.answer(question.method, question.query, now: now)
            }
            return RESTAnswer(status: 200, body: body)
        } catch {
            if error.code == .cancelled || error.code == .closed { throw error }
            return try RESTAnswer(error)
        }
    }

    // MARK: Work

    /// Lets `body` work on the file until the call's end; it may also write.
    func read<Value>(
        _ call: Call, until deadline: Instant? = nil, _ body: (Service) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        let deadline = deadline ?? call.deadline
        return try work({
            if call.isCancelled { return .cancelledCall }
            return Instant.now < deadline ? nil : .timeout("The time for the call ran out while the mirror worked, or waited for another process that writes it. Raise \"timeout_seconds\".", parameter: "timeout_seconds")
        }, body)
    }

    /// Lets `body` work on the file until `stop` gives an error.
    func work<Value>(
        _ stop: @escaping () -> InwiseError?, _ body: (Service) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        if let error = stop() { throw error }
        let service = try open(stop)
        service.store.database.stop = stop
        defer {
            service.store.database.stop = nil
            noteLog()
        }
        return try body(service)
    }
}
