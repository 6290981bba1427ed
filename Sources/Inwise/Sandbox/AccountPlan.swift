// SPDX-License-Identifier: MIT

/// The whole history of a made-up account: who was sent what and did what with it, each list sorted by time. It hangs on
/// the options and the day it ends on alone.
struct AccountPlan {
    /// Second 0 of the history.
    let origin: WallTime
    let campaigns: [CampaignPlan]
    private(set) var mails: [PlannedEvent] = []
    /// The kind is a `PlannedReason`.
    private(set) var undelivered: [PlannedEvent] = []
    /// The kind is a `PlannedActivity`.
    private(set) var activities: [PlannedEvent] = []
    /// The mails that came back, by `PlannedEvent.mail`.
    private(set) var bounced: Set<UInt32> = []

    /// The last second that has happened.
    private let end: Int
    private var recipients: [Recipient]

    private struct Recipient {
        /// Of a hundred: how much more than the average they open.
        var interest: Int32
        /// The second from which on they are not sent to any more.
        var leaves = Int32.max
        var reason = PlannedReason.unsubscribed
    }

    /// - Parameter checkpoint: called now and then; what it throws ends the work.
    init(
        _ options: SandboxOptions, endingAt end: WallTime, checkpoint: () throws(InwiseError) -> Void
    ) throws(InwiseError) {
        self.end = options.days * Int(WallTime.secondsPerDay)
        origin = end.adding(-Int64(self.end))
        campaigns = CampaignPlan.all(options, origin: origin, end: self.end)
        recipients = Self.recipients(options)
        mails.reserveCapacity(campaigns.count * recipients.count)
        for index in campaigns.indices {
            var random = SplitMix64(seed: options.seed, .mails, index)
            for contact in recipients.indices {
                if contact & 4095 == 0 { try checkpoint() }
                plan(index, contact, &random)
            }
        }
        mails.sort()
        try checkpoint()
        undelivered.sort()
        activities.sort()
    }

    private static func recipients(_ options: SandboxOptions) -> [Recipient] {
        var random = SplitMix64(seed: options.seed, .contacts)
        return (0..<options.contacts).map { _ in
            let draw = random.below(100)
            var recipient = Recipient(interest: draw < 50 ? 30 : draw < 80 ? 100 : 275)
            switch random.below(1000) {
            case ..<40: recipient.leaves = -1
            case ..<60:
                recipient.leaves = -1
                recipient.reason = .bounced
            default: break
            }
            return recipient
        }
    }

    // MARK: One mail

    private mutating func plan(_ campaign: Int, _ contact: Int, _ random: inout SplitMix64) {
        let plan = campaigns[campaign]
        let sent = plan.start + contact * plan.span / recipients.count + random.below(45)
        guard sent <= end else { return }
        if recipients[contact].leaves < sent {
            return refuse(campaign, contact, sent, recipients[contact].reason)
        }
        switch random.below(1000) {
        case ..<5: return refuse(campaign, contact, sent, .frequencyLimit)
        case ..<7: return refuse(campaign, contact, sent, .other)
        default: break
        }
        mails.append(PlannedEvent(second: sent, campaign: campaign, contact: contact))
        // Each campaign finds fewer addresses that don't work, and fewer people who have had enough.
        if random.chance(52_000 / (4 + campaign)) {
            let seconds = random.chance(800_000) ? random.within(2...90) : random.within(600...80_000)
            return bounce(campaign, contact, sent + seconds)
        }
        respond(campaign, contact, sent, &random)
    }

    private mutating func respond(_ campaign: Int, _ contact: Int, _ sent: Int, _ random: inout SplitMix64) {
        let plan = campaigns[campaign]
        if random.chance(12_000 / (20 + campaign)) {
            let time = sent + Self.delay(&random)
            act(.reportSpam, campaign, contact, time)
            leave(contact, time, .unsubscribed)
        }
        if random.chance(10_000 / (10 + campaign)) { unsubscribe(campaign, contact, sent + Self.delay(&random)) }
        guard random.chance(plan.openRate * Int(recipients[contact].interest) / 100) else { return }
        var opened = sent + Self.delay(&random)
        act(.opened, campaign, contact, opened)
        if random.chance(plan.clickRate) { click(campaign, contact, opened, &random) }
        if random.chance(20_000) { act(.webVersion, campaign, contact, opened + random.within(2...60)) }
        if random.chance(6_000) { act(.publicWebVersion, campaign, contact, opened + random.within(30...90_000)) }
        if random.chance(7_000) { act(.printed, campaign, contact, opened + random.within(5...600)) }
        if random.chance(50_000 / (10 + campaign)) { unsubscribe(campaign, contact, opened + random.within(5...120)) }
        while random.chance(340_000) {
            opened += Self.delay(&random)
            act(.opened, campaign, contact, opened)
        }
    }

    private mutating func click(_ campaign: Int, _ contact: Int, _ opened: Int, _ random: inout SplitMix64) {
        var time = opened
        repeat {
            time += random.within(4...180)
            act(.clicked, campaign, contact, time)
            if random.chance(200_000) {
                for _ in 0..<random.within(1...3) { act(.onSite, campaign, contact, time + random.within(5...900)) }
            }
        } while random.chance(330_000)
    }

    private mutating func bounce(_ campaign: Int, _ contact: Int, _ time: Int) {
        act(.bounced, campaign, contact, time)
        bounced.insert(PlannedEvent(second: 0, campaign: campaign, contact: contact).mail)
        leave(contact, time, .bounced)
    }

    private mutating func unsubscribe(_ campaign: Int, _ contact: Int, _ time: Int) {
        act(.unsubscribed, campaign, contact, time)
        leave(contact, time, .unsubscribed)
    }

    private mutating func leave(_ contact: Int, _ time: Int, _ reason: PlannedReason) {
        guard time < recipients[contact].leaves else { return }
        recipients[contact].leaves = Int32(clamping: time)
        recipients[contact].reason = reason
    }

    private mutating func refuse(_ campaign: Int, _ contact: Int, _ time: Int, _ reason: PlannedReason) {
        undelivered.append(PlannedEvent(second: time, campaign: campaign, contact: contact, kind: reason.rawValue))
    }

    /// Notes an activity, if it has happened yet.
    private mutating func act(_ activity: PlannedActivity, _ campaign: Int, _ contact: Int, _ time: Int) {
        guard time <= end else { return }
        activities.append(PlannedEvent(second: time, campaign: campaign, contact: contact, kind: activity.rawValue))
    }

    // MARK: Decay

    /// Shares of openers, of a million, and the seconds within which they have opened: half within three hours, the last
    /// after two weeks. In integers, so that every machine makes the same of it.
    private static let decay = [
        (0, 20), (250_000, 1_800), (500_000, 10_800), (750_000, 50_400), (900_000, 172_800), (970_000, 432_000),
        (1_000_000, 1_209_600),
    ]

    private static func delay(_ random: inout SplitMix64) -> Int {
        let share = random.below(1_000_000)
        var earlier = decay[0]
        for later in decay.dropFirst() {
            if share < later.0 {
                return earlier.1 + (later.1 - earlier.1) * (share - earlier.0) / (later.0 - earlier.0)
            }
            earlier = later
        }
        return earlier.1
    }
}
