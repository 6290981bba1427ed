// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("What arrives in a live sandbox") struct LiveFeedTests {
    /// All of it, once it has come to its end.
    private func all(_ client: InwiseClient, most: Int) throws -> [LiveActivity] {
        var feed = try LiveFeed(client, most: most)
        var found: [LiveActivity] = []
        while found.count < most { found += try feed.next() }
        #expect(try feed.next().isEmpty && found.count == most)
        return found
    }

    @Test("is given once, in order of arrival, with the contact's address, and leaves the recent feed alone")
    func once() throws {
        let client = try InwiseClient("sandbox:?seed=7&contacts=300&live=10000&\(SandboxDoor.noon)")
        let found = try all(client, most: 2500)
        let ids = found.compactMap(\.activity.id)
        #expect(ids == ids.sorted() && Set(ids).count == 2500)
        let rows = try Row.rows(of: client.page(.activities, Query(dateFrom: "2024-09-20 12:00:00", pageSize: 1000)))
        #expect(rows.map(\.id) == Array(ids.reversed().prefix(1000)), "no more of them arrive")
        let sent = try Row.rows(of: client.page(.sentEmails, Query(contactID: found[0].activity.contactID, dateFrom: "2000-01-01")))
        #expect(Set(sent.map { $0.text("email") }) == [found[0].email])
        var recent: Set<Int64> = []
        while case let page = try Row.rows(of: client.page(.recentActivities)), !page.isEmpty { recent.formUnion(page.map(\.id)) }
        #expect(recent.isSuperset(of: ids))
    }

    @Test("is the same for the same seed")
    func seed() throws {
        func activities(_ seed: Int) throws -> [Activity] {
            try all(InwiseClient("sandbox:?seed=\(seed)&contacts=300&live=5000&\(SandboxDoor.noon)"), most: 500).map(\.activity)
        }
        #expect(try activities(7) == activities(7) && activities(7) != activities(8))
    }
}

@Suite("The addresses of made-up contacts") struct PeopleTests {
    @Test("are found by their ids")
    func emails() throws {
        var reader = OptionReader([], as: "options")
        let people = People(try SandboxOptions(url: "sandbox:?seed=3&contacts=257", &reader))
        for (index, id) in people.ids.enumerated() { #expect(people.email(of: id) == people.contact(index).email.string) }
        for id in [0, (people.ids.first ?? 0) - 1, (people.ids.last ?? 0) + 1, .max, .min] { #expect(people.email(of: id) == nil) }
    }
}
