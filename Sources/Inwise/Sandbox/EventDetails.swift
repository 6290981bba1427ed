// SPDX-License-Identifier: MIT

/// Turns planned events into rows: what the plan leaves out (addresses of machines, links, ids) hangs on the seed and on
/// the event's number alone.
struct EventDetails {
    let people: People
    let campaigns: [CampaignPlan]
    private let seed: UInt64
    /// Number of `names` of each kind, by raw value.
    private let activityNames, reasonNames, sourceNames: [Int64]

    /// The first ids of each kind of row.
    static let firstMail: Int64 = 6_111_111
    static let firstUndelivered: Int64 = 2_400_463_850
    static let firstActivity: Int64 = 6_907_764_640

    init(_ options: SandboxOptions, _ people: People, _ campaigns: [CampaignPlan], _ store: Store) throws(InwiseError) {
        func numbers(_ names: [String]) throws(InwiseError) -> [Int64] {
            var numbers: [Int64] = []
            for name in names { numbers.append(try store.names.number(of: name)) }
            return numbers
        }
        seed = options.seed
        self.people = people
        self.campaigns = campaigns
        activityNames = try numbers(PlannedActivity.allCases.map(\.name))
        reasonNames = try numbers(PlannedReason.allCases.map(\.name))
        sourceNames = try numbers(["Campaign", "Automation", "Test"])
    }

    func mail(_ event: PlannedEvent, number: Int, date: WallTime) -> StoredMail {
        let draw = SplitMix64.mixed(seed, 1, UInt64(truncatingIfNeeded: number))
        var transaction = TextBuilder()
        transaction.append(draw % 9_000_000_000 + 1_000_000_000)
        transaction.append(SplitMix64.mixed(draw, 2) & 0xfff_ffff_ffff, base: 16, width: 11)
        let source = draw >> 32 % 100
        let person = people.contact(event.contact)
        return StoredMail(
            id: Self.firstMail + Int64(number), date: date, campaign: campaigns[event.campaign].id,
            contact: people.ids[event.contact], transactionID: transaction,
            messageSize: campaigns[event.campaign].messageSize, source: sourceNames[source < 96 ? 0 : source < 99 ? 1 : 2],
            email: person.email, externalID: person.externalID)
    }

    func undelivered(_ event: PlannedEvent, number: Int, date: WallTime) -> StoredUndelivered {
        let person = people.contact(event.contact)
        return StoredUndelivered(
            id: Self.firstUndelivered + Int64(number) * 2, date: date, campaign: campaigns[event.campaign].id,
            contact: people.ids[event.contact], reason: reasonNames[event.kind], email: person.email,
            externalID: person.externalID)
    }

    func activity(_ event: PlannedEvent, number: Int, date: WallTime) -> StoredActivity {
        let draw = SplitMix64.mixed(seed, 3, UInt64(truncatingIfNeeded: number))
        let campaign = campaigns[event.campaign]
        var row = StoredActivity(
            id: Self.firstActivity + Int64(number) * 3 + Int64(draw % 3), date: date, campaign: campaign.id,
            contact: people.ids[event.contact], type: activityNames[event.kind], externalID: people.contact(event.contact).externalID)
        let percent = draw >> 32 % 100
        switch PlannedActivity(rawValue: event.kind) {
        case .bounced: return row
        case .clicked:
            let link = campaign.links[Int(truncatingIfNeeded: draw >> 8 % UInt64(campaign.links.count))]
            // The vendor's sample has a click without its link's number.
            row.remarks = percent < 92 ? link.number : nil
            row.additionalData = link.url
        case .opened where percent < 3: row.remarks = campaign.links[0].number
        default: break
        }
        row.ip = address(event.contact, draw)
        return row
    }

    // MARK: Addresses of machines

    /// Mostly the contact's own; from ranges that belong to nobody (RFC 2544, 5737, 3849). Through a proxy there are two.
    private func address(_ contact: Int, _ draw: UInt64) -> TextBuilder {
        let percent = draw >> 40 % 100
        let home = SplitMix64.mixed(seed, 4, UInt64(truncatingIfNeeded: contact))
        var text = TextBuilder()
        switch percent {
        case ..<4:
            text.append("2001:db8:")
            text.append(home & 0xffff, base: 16)
            text.append("::")
            text.append(home >> 16 & 0xffff, base: 16)
        case ..<10:
            Self.append(home, to: &text)
            text.append(",203.0.113.")
            text.append(draw & 255)
        case ..<25: Self.append(draw, to: &text)
        default: Self.append(home, to: &text)
        }
        return text
    }

    private static func append(_ number: UInt64, to text: inout TextBuilder) {
        text.append(number & 1 == 0 ? "198.18." : "198.19.")
        text.append(number >> 8 & 255)
        text.append(UInt8(ascii: "."))
        text.append(number >> 16 & 255)
    }
}
