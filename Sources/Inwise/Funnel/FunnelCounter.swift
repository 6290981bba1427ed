// SPDX-License-Identifier: MIT

/// The answer to a `FunnelQuery`: passes over the lists of events that it concerns, campaign by campaign.
struct FunnelCounter: ~Copyable {
    private let groupBy: FunnelQuery.Group?
    private let window: ClosedRange<UInt32>
    private var total = FunnelTotals()
    /// By the number of a campaign, source or domain, or of a day or hour; `IDIndex.none` where rows tell nothing.
    private var groups: [UInt32: FunnelTotals] = [:]

    // Used for one list or campaign after the other, and empty in between.
    private var seen: ContactSet
    private var firstSent: EarliestTimes
    private var firstResponse: EarliestTimes
    private var sourceOf: ContactSources
    private var tally: GroupTally

    /// Throws `.argument` for dates that are none.
    static func json(of store: borrowing EventStore, _ query: FunnelQuery) throws(InwiseError) -> JSON {
        let window = try query.window()
        var counter = FunnelCounter(of: store, query, window ?? EventTime.unknown...EventTime.unknown)
        if window != nil { counter.count(store, campaignID: query.campaignID) }
        return counter.json(store)
    }

    private init(of store: borrowing EventStore, _ query: FunnelQuery, _ window: ClosedRange<UInt32>) {
        groupBy = query.groupBy
        self.window = window
        let contacts = store.contacts.count
        seen = ContactSet(contacts: contacts)
        firstSent = EarliestTimes(contacts: contacts)
        firstResponse = EarliestTimes(contacts: contacts)
        sourceOf = ContactSources(contacts: groupBy == .sendingSource ? contacts : 0)
        tally = GroupTally(groups: groupBy == .domain ? store.domains.names.count : store.sources.count)
    }

    // MARK: - Counting

    private mutating func count(_ store: borrowing EventStore, campaignID: Int64?) {
        var listsOf: [UInt32: [Int]] = [:]
        let wanted = campaignID.map { store.campaigns.existing($0) }
        for (number, key) in store.lists.keys.enumerated() where wanted.map({ $0 == key.campaign }) ?? true {
            listsOf[key.campaign, default: []].append(number)
        }
        for (campaign, lists) in listsOf {
            if groupBy == .sendingSource { sourceOf.note(lists, of: store) }
            for list in lists { count(list, campaign, store) }
            if groupBy == .sendingSource { sourceOf.forget(lists, of: store) }
            measure(lists, campaign, store)
        }
    }

    private mutating func count(_ number: Int, _ campaign: UInt32, _ store: borrowing EventStore) {
        let stream = store.lists.keys[number].stream
        let (count, unique) = distinct(number, store)
        guard count > 0 else { return }
        total.add(stream, count: count, unique: unique)
        switch (groupBy, stream) {
        case (nil, _): break
        case (.campaign, _): add(stream, count, unique, to: campaign)
        case (.sendingSource, .sent(let source)): add(stream, count, unique, to: source)
        case (.sendingSource, _): countByContact(number, stream, store) { _, sources, contact in sources.source(of: contact) }
        case (.domain, _): countByContact(number, stream, store) { store, _, contact in store.domains.domain(of: contact) }
        case (.day, _): countByTime(number, stream, store, secondsEach: UInt32(WallTime.secondsPerDay))
        case (.hour, _): countByTime(number, stream, store, secondsEach: 3600)
        }
    }

    private mutating func add(_ stream: Stream, _ count: Int64, _ unique: Int64, to group: UInt32) {
        groups[group, default: FunnelTotals()].add(stream, count: count, unique: unique)
    }

    /// The events of a list that lie in the window, and the contacts among them.
    private mutating func distinct(_ number: Int, _ store: borrowing EventStore) -> (count: Int64, unique: Int64) {
        let window = window
        var (count, unique) = (Int64(0), Int64(0))
        for event in store.lists[number].events where window.contains(event.time) {
            count &+= 1
            if event.contact != IDIndex.none { unique &+= seen.insert(event.contact) }
        }
        for again in store.lists[number].repeats where window.contains(again.event.time) { count &+= again.more }
        seen.removeAll(of: store.lists[number])
        return (count, unique)
    }

    /// The same by a group that the contact determines.
    @inline(__always)
    private mutating func countByContact(
        _ number: Int, _ stream: Stream, _ store: borrowing EventStore, group: (borrowing EventStore, borrowing ContactSources, UInt32) -> UInt32
    ) {
        for event in store.lists[number].events where window.contains(event.time) {
            let isNew = event.contact == IDIndex.none ? 0 : seen.insert(event.contact)
            tally.add(1, isNew, to: group(store, sourceOf, event.contact))
        }
        for again in store.lists[number].repeats where window.contains(again.event.time) {
            tally.add(again.more, 0, to: group(store, sourceOf, again.event.contact))
        }
        seen.removeAll(of: store.lists[number])
        for (group, count, unique) in tally.takeAll() { add(stream, count, unique, to: group) }
    }

    /// The same by days or hours, which have the numbers of their order.
    private mutating func countByTime(_ number: Int, _ stream: Stream, _ store: borrowing EventStore, secondsEach: UInt32) {
        func bucket(_ time: UInt32) -> UInt32 { time == EventTime.unknown ? IDIndex.none : time / secondsEach }
        var entries: [UInt64] = []
        entries.reserveCapacity(store.lists[number].events.count)
        for event in store.lists[number].events where window.contains(event.time) {
            entries.append(UInt64(bucket(event.time)) << 32 | UInt64(event.contact))
        }
        entries.sort()
        var next = 0
        while next < entries.count {
            let (first, group) = (next, entries[next] >> 32)
            var unique: Int64 = 0
            while next < entries.count, entries[next] >> 32 == group {
                let isNobody = UInt32(truncatingIfNeeded: entries[next]) == IDIndex.none
                if !isNobody, next == first || entries[next] != entries[next - 1] { unique += 1 }
                next += 1
            }
            add(stream, Int64(next - first), unique, to: UInt32(truncatingIfNeeded: group))
        }
        for again in store.lists[number].repeats where window.contains(again.event.time) {
            add(stream, again.more, 0, to: bucket(again.event.time))
        }
    }

    // MARK: - Times

    /// How long a campaign's contacts took to open and to click.
    private mutating func measure(_ lists: [Int], _ campaign: UInt32, _ store: borrowing EventStore) {
        var sent: [Int] = []
        for list in lists { if case .sent = store.lists.keys[list].stream { sent.append(list) } }
        guard !sent.isEmpty else { return }
        for list in sent { firstSent.note(store.lists[list], window) }
        let isGrouped = groupBy == .campaign
        for list in lists {
            switch store.lists.keys[list].stream {
            case .activities(slot: ActionTypes.opens):
                let times = times(list, store)
                total.timesToOpen.add(times)
                if isGrouped { groups[campaign]?.timesToOpen.add(times) }
            case .activities(slot: ActionTypes.clicks):
                let times = times(list, store)
                total.timesToClick.add(times)
                if isGrouped { groups[campaign]?.timesToClick.add(times) }
            default: break
            }
        }
        for list in sent { firstSent.forget(store.lists[list]) }
    }

    /// Seconds from each contact's first mail to its first event in the list. A response dated before its mail came at
    /// once: services cut seconds off.
    private mutating func times(_ list: Int, _ store: borrowing EventStore) -> [UInt32] {
        firstResponse.note(store.lists[list], window)
        var times: [UInt32] = []
        for event in store.lists[list].events where event.contact != IDIndex.none {
            let (from, to) = (firstSent.time(of: event.contact), firstResponse.take(event.contact))
            if from != EventTime.unknown, to != EventTime.unknown { times.append(to < from ? 0 : to - from) }
        }
        return times
    }

    // MARK: - JSON

    private func json(_ store: borrowing EventStore) -> JSON {
        var members = total.members(store.types)
        members.append(("time_to_open", total.timesToOpen.json))
        members.append(("time_to_click", total.timesToClick.json))
        guard let groupBy else { return .object(members) }
        let label = groupBy == .campaign ? "campaign_id" : groupBy.rawValue
        var rows: [JSON] = []
        for group in sortedGroups(groupBy, store) {
            guard let totals = groups[group] else { continue }
            var row = [(name: label, value: name(of: group, groupBy, store))]
            row += totals.members(store.types)
            if groupBy == .campaign {
                row.append(("time_to_open", totals.timesToOpen.json))
                row.append(("time_to_click", totals.timesToClick.json))
            }
            rows.append(.object(row))
        }
        members.append(("groups", .array(rows)))
        return .object(members)
    }

    /// By id, by name or by time; what tells nothing comes last.
    private func sortedGroups(_ groupBy: FunnelQuery.Group, _ store: borrowing EventStore) -> [UInt32] {
        var known = groups.keys.filter { $0 != IDIndex.none }
        switch groupBy {
        case .campaign: known.sort { store.campaigns.id(of: $0) < store.campaigns.id(of: $1) }
        case .day, .hour: known.sort()
        case .sendingSource: known.sort { store.sources.name(of: $0).lexicographicallyPrecedes(store.sources.name(of: $1)) }
        case .domain:
            known.sort { store.domains.names.name(of: $0).lexicographicallyPrecedes(store.domains.names.name(of: $1)) }
        }
        return groups[IDIndex.none] == nil ? known : known + [IDIndex.none]
    }

    private func name(of group: UInt32, _ groupBy: FunnelQuery.Group, _ store: borrowing EventStore) -> JSON {
        guard group != IDIndex.none else { return .null }
        switch groupBy {
        case .campaign: return .integer(store.campaigns.id(of: group))
        case .day: return .string(String(WallTime(seconds: Int64(group) * WallTime.secondsPerDay).text.prefix(10)))
        case .hour: return .string(WallTime(seconds: Int64(group) * 3600).text)
        case .sendingSource: return .string(String(decoding: store.sources.name(of: group), as: UTF8.self))
        case .domain: return .string(String(decoding: store.domains.names.name(of: group), as: UTF8.self))
        }
    }
}
