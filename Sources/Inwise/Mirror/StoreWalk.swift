// SPDX-License-Identifier: MIT

/// A walk over what a mirror holds, from the place of one row to that of the next: each exactly once, however many there are and
/// however many come meanwhile.
final class StoreWalk: RowWalk {
    private typealias Page = (text: ByteBuffer, rows: Int)

    private var mirror: MirrorSource
    private let size: Int?
    /// The rows behind those that it gave last, so many at the most; nil when there are no more.
    private let next: (Service, Int) throws(InwiseError) -> Page?
    private var isOver = false
    private(set) var info = CursorInfo()
    let isGapless = true

    private init(_ mirror: MirrorSource, size: Int?, _ next: @escaping (Service, Int) throws(InwiseError) -> Page?) {
        (self.mirror, self.size, self.next) = (mirror, size, next)
    }

    /// Over rows of a kind, newest first.
    static func rows(_ kind: RowKind, _ query: Query, _ mirror: MirrorSource) -> StoreWalk {
        var place: Service.Place?
        // "The past seven days" are those before the walk began.
        let now = mirror.now
        return StoreWalk(mirror, size: query.pageSize) { service, size throws(InwiseError) in
            guard let answer = try service.rows(kind, query, after: place, size: size, now: now) else { return nil }
            place = answer.place
            return (answer.text, answer.rows)
        }
    }

    /// Over the events of webhooks, in order of arrival.
    static func events(_ query: EventQuery, _ mirror: MirrorSource) -> StoreWalk {
        var place = query.after ?? 0
        return StoreWalk(mirror, size: query.pageSize) { service, size throws(InwiseError) in
            guard let answer = try WebhookEvents(service.store).events(query, after: place, size: size) else { return nil }
            place = answer.last
            return (answer.text, answer.count)
        }
    }

    func next(_ call: Call) throws(InwiseError) -> ByteBuffer? {
        guard !isOver else { return nil }
        let size = size ?? mirror.options.pageSize
        guard let page = try mirror.read(call, { service throws(InwiseError) in try next(service, size) }) else {
            isOver = true
            return nil
        }
        info.pages += 1
        info.rows += page.rows
        info.bytes += page.text.count
        return page.text
    }

    func attach(to backend: any Backend) throws(InwiseError) {
        guard let mirror = backend as? MirrorSource else {
            throw InwiseError(.internal, "A walk over a mirror can't go on over another source.")
        }
        self.mirror = mirror
    }

    func abandon() {}
}
