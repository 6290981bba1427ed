// SPDX-License-Identifier: MIT

extension InwiseClient {
    /// Keeps what a webhook tells in this mirror, durably once this returns: then answer the service with 200. One that has come before is the
    /// same event. Its row counts until the service's own comes with a sync and takes its place.
    ///
    /// - Parameters:
    ///   - body: as it came.
    ///   - options: whom it may come from.
    /// - Returns: the event, and with it `event_id`, `new` and `state`; `inwise.h` says at `inwise_webhook_ingest` what they mean.
    /// - Throws: `.auth`, `.protocol` and `.argument` as ``WebhookEvent/init(_:_:)`` does; `.store`, `.timeout`, `.cancelled`, `.closed`.
    @discardableResult
    public func ingest(webhook body: [UInt8], _ options: WebhookOptions = WebhookOptions()) throws(InwiseError) -> WebhookEvent {
        try ingest(webhook: body, options, nil)
    }

    func ingest(webhook body: [UInt8], _ options: WebhookOptions, _ entry: Entry?) throws(InwiseError) -> WebhookEvent {
        let outcome: Result<WebhookEvent, InwiseError> = body.withUnsafeBytes { bytes in
            Result { () throws(InwiseError) in WebhookEvent(text: try ingest(bytes, options, entry).text) }
        }
        return try outcome.get()
    }

    package func ingest(_ body: UnsafeRawBufferPointer, _ options: WebhookOptions) throws(InwiseError) -> ByteBuffer {
        try ingest(body, options, nil)
    }

    private func ingest(_ body: UnsafeRawBufferPointer, _ options: WebhookOptions, _ entry: Entry?) throws(InwiseError) -> ByteBuffer {
        let webhook = try Webhook(body, options)
        let outcome = try ingest([webhook], entry)[0]
        let event = ByteBuffer()
        try EventText.append(webhook.text.bytes, id: outcome.id, isNew: outcome.isNew, state: outcome.state, received: nil, to: event)
        return event
    }

    /// Keeps what several webhooks tell, all of it or on an error nothing: durable once this returns.
    ///
    /// - Returns: of each whether it had not come before.
    package func ingest(all webhooks: [Webhook]) throws(InwiseError) -> [Bool] { try ingest(webhooks).map(\.isNew) }

    private func ingest(_ webhooks: [Webhook], _ entry: Entry? = nil) throws(InwiseError) -> [WebhookEvents.Outcome] {
        try call(nil, entry) { session, call throws(InwiseError) in
            guard let mirror = session.backend as? MirrorSource else {
                throw .argument("mirror", "Only a mirror keeps what webhooks tell: open a \"file:\" source for it.")
            }
            return try mirror.ingest(webhooks, call)
        }
    }

    /// A walk over the events that webhooks told this mirror of, in order of arrival: what was asked with ``EventQuery/after`` goes on from there.
    public func webhookEvents(_ query: EventQuery = EventQuery()) throws(InwiseError) -> InwiseCursor {
        try query.check()
        try checkOpen()
        guard let mirror = currentSession.backend as? MirrorSource else {
            throw .argument("method", "Only a mirror has \"\(EventQuery.method)\": open a \"file:\" source.")
        }
        return InwiseCursor(client: self, walk: StoreWalk.events(query, mirror))
    }
}
