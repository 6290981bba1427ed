// SPDX-License-Identifier: MIT

/// A walk over the events of webhooks, in order of arrival.
final class EventWalk: RowWalk {
    private let query: EventQuery
    private var mirror: MirrorSource
    private var place: Int64
    private var isOver = false
    private(set) var info = CursorInfo()
    let isGapless = true

    init(_ query: EventQuery, _ mirror: MirrorSource) {
        self.query = query
        self.mirror = mirror
        place = query.after ?? 0
    }

    func next(_ call: Call) throws(InwiseError) -> ByteBuffer? {
        guard !isOver else { return nil }
        let size = query.pageSize ?? mirror.options.pageSize
        let answer = try mirror.read(call) { service throws(InwiseError) in
            try WebhookEvents(service.store).events(query, after: place, size: size)
        }
        guard let answer else {
            isOver = true
            return nil
        }
        place = answer.last
        info.pages += 1
        info.rows += answer.count
        info.bytes += answer.text.count
        return answer.text
    }

    func attach(to backend: any Backend) throws(InwiseError) {
        guard let mirror = backend as? MirrorSource else {
            throw InwiseError(.internal, "A walk over a mirror can't go on over another source.")
        }
        self.mirror = mirror
    }

    func abandon() {}
}
