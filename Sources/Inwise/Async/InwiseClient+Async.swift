// SPDX-License-Identifier: MIT
#if Async

extension InwiseClient {
    /// A campaign's funnel as the service counts it.
    public func activitiesSummary(campaignID: Int64) async throws(InwiseError) -> ActivitiesSummary {
        try await awaiting { cancellation throws(InwiseError) in try self.activitiesSummary(campaignID, cancellation) }
    }

    /// What is new in the activity feed since the last call, at most 1,000 rows in order of arrival. **Reading consumes it**: the
    /// service hands each row out once, to whoever asks first. So the question is never repeated by itself; if it fails with
    /// `.network`, `.timeout` or `.cancelled`, rows may be gone from here, and `activities` has them.
    public func recentActivities() async throws(InwiseError) -> [Activity] {
        try await awaiting { cancellation throws(InwiseError) in
            try self.recent(.recentActivities, cancellation) { Activity(&$0, $1) }
        }
    }

    /// The same of sent mails.
    public func recentSentEmails() async throws(InwiseError) -> [SentEmail] {
        try await awaiting { cancellation throws(InwiseError) in
            try self.recent(.recentSentEmails, cancellation) { SentEmail(&$0, $1) }
        }
    }

    /// The same of recipients who were not sent to.
    public func recentUndelivered() async throws(InwiseError) -> [UndeliveredEmail] {
        try await awaiting { cancellation throws(InwiseError) in
            try self.recent(.recentUndelivered, cancellation) { UndeliveredEmail(&$0, $1) }
        }
    }

    /// Makes a call on the client's worker. When the task is cancelled, this call alone ends, with `.cancelled`; if it has its
    /// answer already, that is given all the same, so that no rows get lost.
    func awaiting<Value: Sendable>(
        _ call: @escaping @Sendable (Gate.Cancellation) throws(InwiseError) -> Value
    ) async throws(InwiseError) -> Value {
        let worker = worker
        let job = Worker.Job()
        let cancellation = Gate.Cancellation()
        let outcome: Result<Value, InwiseError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                worker.submit(job) {
                    continuation.resume(returning: Result { () throws(InwiseError) in try call(cancellation) })
                } fail: { error in
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            if worker.cancel(job) { self.cancel(cancellation) }
        }
        return try outcome.get()
    }
}

extension InwiseFunnel {
    /// Adds every row that a walk gives. It reads the pages as they come, without making typed rows of them.
    ///
    /// - Throws: what the walk throws; the pages before are in the funnel then.
    public func add<Row>(_ rows: Rows<Row>) async throws(InwiseError) {
        let cursor = try rows.client.cursor(rows.method, rows.query)
        while try await rows.client.awaiting({ cancellation throws(InwiseError) in
            try self.add(nextOf: cursor, rows, cancellation)
        }) {}
    }
}

#endif
