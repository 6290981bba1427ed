// SPDX-License-Identifier: MIT

internal import Inwise

/// A webhook on its way.
struct Delivery {
    let body: String
    let isRepeat: Bool
    /// That had no 200 for an answer.
    var attempts = 0
}

/// Deliveries by when they are due: a heap, the earliest one first.
struct Deliveries {
    private var heap: [(due: Instant, delivery: Delivery)] = []

    var count: Int { heap.count }
    var firstDue: Instant? { heap.first?.due }

    mutating func add(_ delivery: Delivery, due: Instant) {
        heap.append((due, delivery))
        var place = heap.count - 1
        while place > 0, heap[place].due < heap[(place - 1) / 2].due {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// The earliest one, if it is due.
    mutating func next(at now: Instant) -> Delivery? {
        guard let first = heap.first, first.due <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            let children = (2 * place + 1)...(2 * place + 2)
            guard let child = children.filter({ $0 < heap.count }).min(by: { heap[$0].due < heap[$1].due }), heap[child].due < heap[place].due
            else { return first.delivery }
            heap.swapAt(place, child)
            place = child
        }
    }
}
