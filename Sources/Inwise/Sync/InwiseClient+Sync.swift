// SPDX-License-Identifier: MIT

extension InwiseClient {
    /// Brings a mirror in step with this source: no row is missing afterwards, none is doubled. Killed at any point, the next sync goes
    /// on from there. Blocks, for hours if it must; runs on the calling thread.
    ///
    /// - Parameters:
    ///   - mirror: a client of a `file:` source that may be written; not this one.
    ///   - options: what is brought in, and how.
    ///   - progress: told after every step, on the calling thread, with nothing locked; false stops the sync after that step, which is
    ///     kept.
    /// - Throws: `.argument`, `.store`, `.closed`, `.cancelled`, or what the source's questions throw. What the sync did until then is kept.
    @discardableResult
    public func sync(
        into mirror: InwiseClient, _ options: SyncOptions = SyncOptions(), progress: ((SyncProgress) -> Bool)? = nil
    ) throws(InwiseError) -> SyncReport {
        try Sync.run(self, mirror, options, nil, progress)
    }

    /// Tells this mirror up to which of its recent rows a consumer has dealt with them. A consumer that asks for
    /// ``Method/recentActivities`` with ``Query/consumer`` gets what it has not acknowledged, again and again.
    ///
    /// - Parameters:
    ///   - method: ``Method/recentActivities``, ``Method/recentSentEmails`` or ``Method/recentUndelivered``.
    ///   - consumer: who; 1 to 200 bytes.
    ///   - through: the last row that was dealt with.
    public func acknowledge(_ method: Method, consumer: String, through: Acknowledgement = .given) throws(InwiseError) {
        guard method.consumes else {
            throw .argument("method", "Consumers read the recent methods, not \(method.rawValue).")
        }
        guard Query.isConsumer(consumer) else {
            throw .argument("consumer", "\"consumer\" must be a name of 1 to 200 bytes, not of \(consumer.utf8.count).")
        }
        try call(method) { session, call throws(InwiseError) in
            guard let mirror = session.backend as? MirrorSource else { throw .consumerWithoutMirror }
            try mirror.acknowledge(method, consumer: consumer, through, call)
        }
    }
}

/// Up to where a consumer has dealt with a mirror's recent rows.
public enum Acknowledgement: Sendable, Equatable {
    /// All that this client gave the consumer last.
    case given
    /// The row with this id (`row_index` of sent mails); also an earlier one, to have what follows it again.
    case row(Int64)
    /// None: it begins again.
    case beginning
}

extension Acknowledgement {
    /// Reads what `inwise_acknowledge` is given.
    package static func parse(
        _ text: UnsafePointer<CChar>?
    ) throws(InwiseError) -> (method: Method, consumer: String, through: Acknowledgement) {
        let members = try JSON.object(parsing: text, as: "query")
        var reader = OptionReader(members, as: "acknowledgement")
        let consumer = try reader.string("consumer")
        let methods = Method.allCases.filter(\.consumes)
        let method = try reader.choice("method", methods.map { ($0.rawValue, $0) })
        let id = try reader.integer("through", in: Int64.min...Int64.max)
        try reader.finish()
        guard let consumer else { throw .argument("consumer", "\"consumer\" is missing: name who has dealt with the rows.") }
        guard let method else {
            throw .argument("method", "\"method\" is missing: it must be \(methods.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")).")
        }
        if let id { return (method, consumer, .row(id)) }
        // A null is not the same as nothing here.
        return (method, consumer, members.contains { $0.name == "through" } ? .beginning : .given)
    }
}
