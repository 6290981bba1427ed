// SPDX-License-Identifier: MIT

/// A walk over the rows of a mirror, from the place of one to that of the next: each row exactly once, however many there are and
/// however many come meanwhile.
final class StoreWalk: RowWalk {
    private let kind: RowKind
    private let query: Query
    private var mirror: MirrorSource
    private var place: Service.Place?
    private var isOver = false
    /// The clock when the walk began: "the past seven days" are those before it.
    private let now: WallTime
    private(set) var info = CursorInfo()
    let isGapless = true

    init(_ kind: RowKind, _ query: Query, _ mirror: MirrorSource) {
        self.kind = kind
        self.query = query
        self.mirror = mirror
        now = mirror.now
    }

    func next(_ call: Call) throws(InwiseError) -> ByteBuffer? {
        guard !isOver else { return nil }
        let size = query.pageSize ?? mirror.options.pageSize
        let answer = try mirror.read(call) { service throws(InwiseError) in
            try service.rows(kind, query, after: place, size: size, now: now)
        }
        guard let answer else {
            isOver = true
            return nil
        }
        place = answer.place
        info.pages += 1
        info.rows += answer.rows
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
