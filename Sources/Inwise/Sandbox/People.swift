// SPDX-License-Identifier: MIT

/// The recipients of a made-up account. Their addresses are of names that nobody can own (RFC 2606), so that no mail
/// can ever reach anyone.
struct People {
    /// The contacts' ids, by index.
    private(set) var ids: [Int64] = []
    private let seed: UInt64

    init(_ options: SandboxOptions) {
        seed = options.seed
        var random = SplitMix64(seed: seed, .contacts, 1)
        var id: Int64 = 426_097_850
        ids.reserveCapacity(options.contacts)
        for _ in 0..<options.contacts {
            id += Int64(random.within(1...61))
            ids.append(id)
        }
    }

    /// A contact's address, and the account's own id of them, where it has one.
    func contact(_ index: Int) -> (email: TextBuilder, externalID: TextBuilder?) {
        var random = SplitMix64(seed: seed, .contacts, index + 2)
        let email = Self.email(index, &random)
        return (email, Self.externalID(index, &random))
    }

    /// The address of the contact with an id; nil if there is none.
    func email(of id: Int64) -> String? {
        var range = 0..<ids.count
        while let first = range.first {
            let middle = first + range.count / 2
            if ids[middle] == id { return contact(middle).email.string }
            range = ids[middle] < id ? middle + 1..<range.upperBound : first..<middle
        }
        return nil
    }

    private static let firstNames = [
        "dana", "yossi", "noa", "avi", "maya", "john", "sarah", "omer", "tamar", "david", "lior", "anna", "moshe", "rachel",
        "eitan", "michal", "peter", "shira", "ronen", "ella",
    ]
    private static let lastNames = [
        "cohen", "levi", "mizrahi", "peretz", "biton", "dahan", "friedman", "katz", "smith", "azulay", "malka", "gabay",
        "shapira", "amar", "ohayon", "segal",
    ]
    private static let hebrewNames = ["דנה", "יוסי", "נועה", "אבי", "מאיה", "תמר", "משה", "רחל"]
    /// The first ones come most often.
    private static let domains = [
        "mail.example", "mail.example", "mail.example", "example.com", "example.com", "walla.example", "walla.example",
        "office.example", "example.net", "example.org", "קטלוג.example",
    ]

    /// The index in it makes it unique.
    private static func email(_ index: Int, _ random: inout SplitMix64) -> TextBuilder {
        var text = TextBuilder()
        if random.chance(40_000) {
            text.append(hebrewNames[random.below(hebrewNames.count)])
        } else {
            text.append(firstNames[random.below(firstNames.count)])
            text.append(UInt8(ascii: random.chance(600_000) ? "." : "_"))
            text.append(lastNames[random.below(lastNames.count)])
        }
        text.append(UInt64(index + 1))
        text.append(UInt8(ascii: "@"))
        text.append(domains[random.below(domains.count)])
        return text
    }

    /// A third of contacts has one, some of them with zeros in front: they are texts, not numbers.
    private static func externalID(_ index: Int, _ random: inout SplitMix64) -> TextBuilder? {
        guard random.chance(333_000) else { return nil }
        var text = TextBuilder()
        if random.chance(700_000) { text.append("CRM-") }
        text.append(UInt64(index + 1), width: 6)
        return text
    }
}
