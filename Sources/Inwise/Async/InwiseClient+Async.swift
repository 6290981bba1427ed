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
    public func recentActivities() async throws(InwiseError) -> [Activity] {
        try await awaiting(.recentActivities) { entry throws(InwiseError) in
            try self.recent(.recentActivities, entry) { Activity(&$0, $1) }
        }
    }

    /// The same of sent mails.
    public func recentSentEmails() async throws(InwiseError) -> [SentEmail] {
        try await awaiting(.recentSentEmails) { entry throws(InwiseError) in
            try self.recent(.recentSentEmails, entry) { SentEmail(&$0, $1) }
        }
    }

    /// The same of recipients who were not sent to.
    public func recentUndelivered() async throws(InwiseError) -> [UndeliveredEmail] {
        try await awaiting(.recentUndelivered) { entry throws(InwiseError) in
            try self.recent(.recentUndelivered, entry) { UndeliveredEmail(&$0, $1) }
        }
    }

    /// Makes a call on the client's worker; its time runs from now on. When the task is cancelled, this call alone ends, with
    /// `.cancelled`; if it has its answer already, that is given all the same, so that no rows get lost.
    func awaiting<Value: Sendable>(
        _ method: Method, _ work: @escaping @Sendable (Entry) throws(InwiseError) -> Value
    ) async throws(InwiseError) -> Value {
        let worker = worker
        let job = Worker.Job()
        let cancellation = Gate.Cancellation()
        let entry = try begin(method, cancellation)
        let outcome: Result<Value, InwiseError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                worker.submit(job) {
                    continuation.resume(returning: Result { () throws(InwiseError) in try work(entry) })
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
