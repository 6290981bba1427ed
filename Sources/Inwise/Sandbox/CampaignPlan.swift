// SPDX-License-Identifier: MIT

/// A made-up campaign: when it goes out, how it does, and where its links lead.
struct CampaignPlan: Sendable {
    let id: Int64
    /// Second of the history at which its first mail is sent.
    let start: Int
    /// Seconds over which its mails are sent.
    let span: Int
    /// Of a million delivered mails so many are opened by an average contact.
    let openRate: Int
    /// Of a million openers so many click.
    let clickRate: Int
    /// Kilobytes.
    let messageSize: Int64
    let links: [Link]

    struct Link: Sendable {
        /// The service's number of the link, as `remarks` holds it.
        let number: TextBuilder
        let url: TextBuilder
    }

    /// The campaigns of an account, the oldest first: the first has the id 1958368 whatever the seed is.
    ///
    /// - Parameters:
    ///   - origin: second 0 of the history.
    ///   - end: the history's last second.
    static func all(_ options: SandboxOptions, origin: WallTime, end: Int) -> [CampaignPlan] {
        var random = SplitMix64(seed: options.seed, .campaigns)
        let starts = starts(count: options.campaigns, origin: origin, end: end, &random)
        var id: Int64 = 1_958_368
        return starts.enumerated().map { index, start in
            if index > 0 { id += Int64(random.within(700...2600)) }
            return CampaignPlan(
                id: id, start: start, span: random.within(2400...7200),
                openRate: random.within(230_000...320_000), clickRate: random.within(110_000...170_000),
                messageSize: Int64(random.within(18...140)), links: links(index, &random))
        }
    }

    /// Spread over the history, at office hours: the first soon after its beginning, the last two and a half days before
    /// its end.
    private static func starts(count: Int, origin: WallTime, end: Int, _ random: inout SplitMix64) -> [Int] {
        let first = end / 12
        let last = max(first, end - min(end / 2, 216_000))
        let starts = (0..<count).map { index in
            let even = count > 1 ? first + (last - first) * index / (count - 1) : last
            let hour = random.within(8...18), minute = random.below(60)
            guard end >= 5 * Int(WallTime.secondsPerDay) else { return even }
            let day = origin.adding(Int64(even)).startOfDay
            let time = day.adding(Int64(hour * 3600 + minute * 60)).seconds - origin.seconds
            return min(max(Int(time), 0), last + 43_200)
        }
        return starts.sorted()
    }

    // MARK: Links

    private static let subjects = [
        "weekend-sale", "%D7%9E%D7%91%D7%A6%D7%A2-%D7%97%D7%95%D7%A8%D7%A3", "newsletter", "מבצע-סוף-שבוע", "spring-collection",
        "חדשות-החודש", "members-only", "%D7%97%D7%92-%D7%A9%D7%9E%D7%97",
    ]
    /// Targets as mails hold them: plain, with Hebrew percent-encoded or not, with what JSON must escape.
    private static let targets = [
        "https://shop.example/sale?utm_source=inwise&utm_medium=email",
        "https://shop.example/%D7%A0%D7%A2%D7%9C%D7%99%D7%99%D7%9D?color=%D7%9B%D7%97%D7%95%D7%9C&utm_source=inwise",
        "https://shop.example/חיפוש?q=\"נעלי ריצה\"&utm_source=inwise",
        "https://blog.example/posts/5-tips#reading?from=mail",
        "https://docs.example/open?file=C:\\catalog\\\"2024\".pdf",
        "https://חנות.example/מבצע?utm_source=inwise",
        "https://www.example.com/?a=1&b=2",
        "https://events.example/register?lang=he&title=כנס%20שנתי",
        "https://app.example/",
    ]

    private static func links(_ campaign: Int, _ random: inout SplitMix64) -> [Link] {
        let subject = subjects[random.below(subjects.count)]
        return (0..<random.within(3...8)).map { index in
            var number = TextBuilder()
            number.append(UInt64(12_345 + campaign * 20 + index))
            let target = targets[random.below(targets.count)]
            return Link(number: number, url: TextBuilder(target + (target.contains(substring: "utm_") ? "&utm_campaign=\(subject)" : "")))
        }
    }
}
