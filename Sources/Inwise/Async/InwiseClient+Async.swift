// SPDX-License-Identifier: MIT
#if Async

extension InwiseClient {
    /// A campaign's funnel as the service counts it.
    public func activitiesSummary(campaignID: Int64) async throws(InwiseError) -> ActivitiesSummary {
        try await awaiting(.activitiesSummary) { entry throws(InwiseError) in try self.activitiesSummary(campaignID, entry) }
    }

    /// What is new in the activity feed since the last call, at most 1,000 rows in order of arrival. **Reading consumes it**: the
    /// service hands each row out once, to whoever asks first. So the question is never repeated by itself; if it fails with
    /// `.network`, `.timeout` or `.cancelled`, rows may be gone from here, and `activities` has them.
    ///
    /// - Parameter consumer: of a mirror alone: who reads. It then gives what this consumer has not acknowledged
    ///   (``acknowledge(_:consumer:through:)``), and consumes nothing.
    public func recentActivities(consumer: String? = nil) async throws(InwiseError) -> [Activity] {
        try await awaiting(.recentActivities) { entry throws(InwiseError) in
            try self.recent(.recentActivities, consumer, entry) { Activity(&$0, $1) }
        }
    }

    /// The same of sent mails.
    public func recentSentEmails(consumer: String? = nil) async throws(InwiseError) -> [SentEmail] {
        try await awaiting(.recentSentEmails) { entry throws(InwiseError) in
            try self.recent(.recentSentEmails, consumer, entry) { SentEmail(&$0, $1) }
        }
    }

    /// The same of recipients who were not sent to.
    public func recentUndelivered(consumer: String? = nil) async throws(InwiseError) -> [UndeliveredEmail] {
        try await awaiting(.recentUndelivered) { entry throws(InwiseError) in
            try self.recent(.recentUndelivered, consumer, entry) { UndeliveredEmail(&$0, $1) }
        }
    }

    /// Brings a mirror in step with this source, on a thread of its own, as the one that blocks does; see <doc:Mirror>. When the task
    /// is cancelled, the sync ends with `.cancelled`, and what it did until then is kept.
    ///
    /// - Parameters:
    ///   - mirror: a client of a `file:` source that may be written; not this one.
    ///   - options: what is brought in, and how.
    ///   - progress: told after every step, on that thread; false stops the sync after that step.
    @discardableResult
    public func sync(
        into mirror: InwiseClient, _ options: SyncOptions = SyncOptions(), progress: (@Sendable (SyncProgress) -> Bool)? = nil
    ) async throws(InwiseError) -> SyncReport {
        let worker = Worker()
        return try await awaiting(nil, on: worker) { _, cancellation throws(InwiseError) in
            try Sync.run(self, mirror, options, cancellation, progress)
        }
    }

    /// Keeps what a webhook tells in this mirror, as the one that blocks does; see <doc:Webhooks>. When the task is cancelled, the event may
    /// be kept all the same.
    ///
    /// - Parameters:
    ///   - body: as it came.
    ///   - options: whom it may come from.
    @discardableResult
    public func ingest(webhook body: [UInt8], _ options: WebhookOptions = WebhookOptions()) async throws(InwiseError) -> WebhookEvent {
        try await awaiting(nil) { entry throws(InwiseError) in try self.ingest(webhook: body, options, entry) }
    }

    /// Makes a call on the client's worker; its time runs from now on. When the task is cancelled, this call alone ends, with
    /// `.cancelled`; if it has its answer already, that is given all the same, so that no rows get lost.
    func awaiting<Value: Sendable>(
        _ method: Method?, _ work: @escaping @Sendable (Entry) throws(InwiseError) -> Value
    ) async throws(InwiseError) -> Value {
        try await awaiting(method, on: worker) { entry, _ throws(InwiseError) in try work(entry) }
    }

    private func awaiting<Value: Sendable>(
        _ method: Method?, on worker: Worker, _ work: @escaping @Sendable (Entry, Gate.Cancellation) throws(InwiseError) -> Value
    ) async throws(InwiseError) -> Value {
        let job = Worker.Job()
        let cancellation = Gate.Cancellation()
        let entry = try begin(method, cancellation)
        let outcome: Result<Value, InwiseError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                worker.submit(job) {
                    continuation.resume(returning: Result { () throws(InwiseError) in try work(entry, cancellation) })
                } fail: { error in
                    continuation.resume(returning: .failure(error.naming(method)))
                }
            }
        } onCancel: {
            if worker.cancel(job) { self.cancel(cancellation) }
        }
        return try outcome.get()
    }
}

extension InwiseFunnel {
    /// Adds every row that a walk gives: all of them or, on an error, none. It reads the pages as they come, without making typed
    /// rows of them.
    ///
    /// - Throws: what the walk throws.
    public func add<Row>(_ rows: Rows<Row>) async throws(InwiseError) {
        let cursor = try rows.client.cursor(rows.method, rows.query)
        defer { cursor.close() }
        let counted = InwiseFunnel()
        while try await rows.client.awaiting(rows.method, { entry throws(InwiseError) in
            try counted.add(nextOf: cursor, rows, entry)
        }) {}
        try take(counted)
    }
}

#endif
