// SPDX-License-Identifier: MIT

/// A made-up account: its rows, the service that answers for them, its clock, and what keeps arriving.
final class Account {
    let service: Service
    let store: Store
    private let clock: SandboxClock
    private let people: People
    private var arrivals: LiveRows?

    /// Plans the history and writes it down.
    ///
    /// - Parameter stop: asked now and then, also while the database works; an error that it gives ends the work.
    init(_ options: SandboxOptions, stop: @escaping () -> InwiseError?) throws(InwiseError) {
        func checkpoint() throws(InwiseError) {
            if let error = stop() { throw error }
        }
        let clock = SandboxClock(now: options.now, isLive: options.live > 0)
        let plan = try AccountPlan(options, endingAt: clock.endOfHistory, checkpoint: checkpoint)
        let store = try Store()
        store.database.stop = stop
        let details = try store.write { () throws(InwiseError) in
            let details = try EventDetails(options, People(options), plan.campaigns, store)
            try Self.fill(store, plan, details, checkpoint)
            return details
        }
        try store.finishFill(isSmall: plan.mails.count < 500 && options.live == 0)
        let feed = RecentFeed(store)
        for kind in RowKind.allCases { try feed.start(kind, at: clock.start.adding(-ServiceRules.defaultWindow)) }
        self.clock = clock
        self.store = store
        people = details.people
        service = Service(store, options.rules)
        arrivals = LiveRows(options, plan, details)
    }

    /// The account's time now.
    var now: WallTime { clock.now }

    /// Lets the activities arrive that are due, as long as there are not more than `most`.
    func catchUp(most: Int) throws(InwiseError) {
        guard var later = arrivals else { return }
        try later.arrive(within: clock.elapsed, since: clock.start, most: most, into: store)
        arrivals = later
    }

    /// Activities that have arrived behind a place, a page at the most, the place behind them, and whose they are.
    func arrivals(after place: Int64) throws(InwiseError) -> (rows: ByteBuffer, place: Int64, people: People) {
        let behind = RecentFeed.Place(key: RecentFeed.Place.behindFill, arrival: place)
        let page = try RecentFeed(store).rows(.activities, after: behind, .numbers)
        return (page.text, page.place.arrival, people)
    }

    private static func fill(
        _ store: Store, _ plan: AccountPlan, _ details: EventDetails, _ checkpoint: () throws(InwiseError) -> Void
    ) throws(InwiseError) {
        func each(_ count: Int, _ write: (Int) throws(InwiseError) -> Void) throws(InwiseError) {
            for number in 0..<count {
                if number & 4095 == 0 { try checkpoint() }
                try write(number)
            }
        }
        func date(_ event: PlannedEvent) -> WallTime { plan.origin.adding(Int64(event.second)) }
        try each(plan.mails.count) { number throws(InwiseError) in
            let event = plan.mails[number]
            try store.intake.insert(details.mail(event, number: number, date: date(event)))
        }
        try each(plan.undelivered.count) { number throws(InwiseError) in
            let event = plan.undelivered[number]
            try store.intake.insert(details.undelivered(event, number: number, date: date(event)))
        }
        try each(plan.activities.count) { number throws(InwiseError) in
            let event = plan.activities[number]
            try store.intake.insert(details.activity(event, number: number, date: date(event)))
        }
    }
}
