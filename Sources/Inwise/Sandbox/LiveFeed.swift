// SPDX-License-Identifier: MIT

/// An activity that arrived in a live sandbox, with what else its webhook tells.
package struct LiveActivity {
    package let activity: Activity
    /// Of its contact.
    package let email: String?
}

/// What has arrived in a live sandbox, in that order, for who sends its webhooks: the account's own recent feeds lose nothing by it.
package struct LiveFeed {
    private let client: InwiseClient
    private var place: Int64 = 0
    private let decoder = RowDecoder(.activities, Activity.init)

    /// - Parameter most: so many activities arrive, then no more.
    package init(_ client: InwiseClient, most: Int?) throws(InwiseError) {
        self.client = client
        if let most { try Self.sandbox(of: client) { sandbox, _ in sandbox.mostLive = most } }
    }

    /// Those that have arrived since the last call, 1,000 at the most.
    package mutating func next() throws(InwiseError) -> [LiveActivity] {
        let place = place
        let (text, last, people) = try Self.sandbox(of: client) { sandbox, call throws(InwiseError) in try sandbox.arrivals(after: place, call) }
        let activities = try decoder.rows(of: text)
        self.place = last
        return activities.map { LiveActivity(activity: $0, email: $0.contactID.flatMap(people.email(of:))) }
    }

    private static func sandbox<Value>(
        of client: InwiseClient, _ body: (Sandbox, Call) throws(InwiseError) -> Value
    ) throws(InwiseError) -> Value {
        try client.call(nil) { session, call throws(InwiseError) in
            guard let sandbox = session.backend as? Sandbox else { throw InwiseError(.internal, "Only a sandbox has rows that keep arriving.") }
            return try body(sandbox, call)
        }
    }
}
