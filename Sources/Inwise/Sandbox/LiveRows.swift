// SPDX-License-Identifier: MIT

/// Activities that keep arriving in a live sandbox: the same ones in the same order for the same seed, each at its time.
struct LiveRows {
    private let rate: Double
    private let details: EventDetails
    private let mails: [PlannedEvent]
    private let bounced: Set<UInt32>
    private var random: SplitMix64
    private var dates: LiveDates
    /// Rows that the history has, and rows that have arrived since.
    private let earlier: Int
    private var arrived = 0
    /// Who opened last, the newest at the end: they click.
    private var openers: [PlannedEvent] = []

    private static let rememberedOpeners = 64
    /// Rows that arrive at one call at the most, so that a call after a long pause doesn't take long; the others come
    /// with the next ones.
    private static let mostAtOnce = 100_000

    /// Nil where nothing arrives.
    init?(_ options: SandboxOptions, _ plan: AccountPlan, _ details: EventDetails) {
        guard options.live > 0, !plan.mails.isEmpty else { return nil }
        rate = options.live
        self.details = details
        mails = plan.mails
        bounced = plan.bounced
        random = SplitMix64(seed: options.seed, .live)
        dates = LiveDates(options.liveDates, seed: options.seed, earliest: plan.origin)
        earlier = plan.activities.count
    }

    /// Inserts the rows that are due `elapsed` seconds after `start`: all of them, or on an error none. There are never more than `most`.
    mutating func arrive(within elapsed: Double, since start: WallTime, most: Int, into store: Store) throws(InwiseError) {
        // Below 2^53 for centuries.
        let due = min(min(Int(elapsed * rate), most) - arrived, Self.mostAtOnce)
        guard due > 0 else { return }
        var later = self
        try store.write { () throws(InwiseError) in
            for _ in 0..<due {
                later.arrived += 1
                let date = later.dates.date(arriving: start.adding(Int64(Double(later.arrived) / rate)))
                let event = later.next()
                try store.intake.insert(details.activity(event, number: earlier + later.arrived - 1, date: date))
            }
        }
        self = later
    }

    private mutating func next() -> PlannedEvent {
        let draw = random.below(100)
        if draw >= 75, let opener = openers.isEmpty ? nil : openers[random.below(openers.count)] {
            let activity: PlannedActivity = draw < 95 ? .clicked : draw < 97 ? .onSite : draw < 99 ? .webVersion : .printed
            return Self.event(activity, opener)
        }
        let mail = nextMail()
        openers.append(mail)
        if openers.count > Self.rememberedOpeners { openers.removeFirst() }
        return Self.event(.opened, mail)
    }

    /// A mail that didn't come back, rather a late one than an early one.
    private mutating func nextMail() -> PlannedEvent {
        var mail = mails[mails.count - 1]
        for _ in 0..<8 {
            let back = min(random.below(mails.count), random.below(mails.count))
            mail = mails[mails.count - 1 - back]
            if !bounced.contains(mail.mail) { break }
        }
        return mail
    }

    private static func event(_ activity: PlannedActivity, _ mail: PlannedEvent) -> PlannedEvent {
        PlannedEvent(second: 0, campaign: mail.campaign, contact: mail.contact, kind: activity.rawValue)
    }
}
