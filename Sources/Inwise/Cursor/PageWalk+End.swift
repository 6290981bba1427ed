// SPDX-License-Identifier: MIT

/// What is checked before a walk counts as complete.
extension PageWalk {
    mutating func end(after page: Arrived, isCertain: Bool) -> Step {
        enterEnd(isCertain: isCertain)
        return .discard(token: page.token)
    }

    /// - Parameter isCertain: false where a page came again, which need not be the last.
    mutating func enterEnd(isCertain: Bool) {
        dropAhead()
        if !gaps.isEmpty { noticeCap(head.count) }
        if !isCertain, usedPages == 1 {
            phase = .checkingAdvance
        } else if !isCertain, strays > 0, seen.order != .descending {
            _ = breakOff()
        } else if seen.order == .descending, !gaps.isEmpty || !isCertain {
            phase = .checkingHead(endIsCertain: isCertain)
        } else {
            phase = gaps.isEmpty ? .over : .checkingHead(endIsCertain: true)
        }
    }

    /// The first page again: if it begins as it did, no row has arrived, and none can have slipped through.
    mutating func stepHead(endIsCertain: Bool) -> Step {
        guard let page = take(.head) else { return .wait }
        let identities: [Int64]
        switch page.answer {
        case .failed(let error): return fail(error)
        case .rows(let rows, let areOwn):
            identities = rows
            if seen.learnOrder(rows, areOwn: areOwn, isGapless: false), let step = goOnWithoutOrder(after: page) { return step }
        }
        let pushed = head.first.map { identities.firstIndex(of: $0) ?? identities.count } ?? 0
        let hasMoved = identities.first != lastHead
        lastHead = identities.first
        if !endIsCertain, hasMoved {
            // What looked like the last page again may have been a push by just a page.
            phase = .walking
            isCareful = true
            isOffGrid = true
            repeats = 0
            strays = 0
            chase = Chase(above: page.number)
            previousArrival = nil
            turn += 1
            return .discard(token: page.token)
        }
        // Pages that only arrivals could explain, and none has arrived: earlier pages came again.
        if !endIsCertain, strays > 0 || (pushed == 0 && pagesAbove > 0) { return breakOff() }
        if pushed == 0 {
            gaps.clearBracketed()
        } else {
            notices.append("rows have arrived meanwhile: \(gaps.borders.count) borders between pages are read again")
            gaps.shift(byPages: pushed / max(1, cap ?? grid.size))
        }
        phase = gaps.isEmpty ? .over : .checkingBorders
        return .discard(token: page.token)
    }

    /// Pages after the first were the first again. Either there is one full page, or the service does not look at
    /// the page's number, and all the rest would silently be missing.
    mutating func stepAdvance() -> Step {
        guard let page = take(.advance) else { return .wait }
        if case .rows(let identities, _) = page.answer, !identities.isEmpty {
            let isFirstAgain = head.count > 1 ? identities[0] == head[0] : identities.count > 1
            // Fewer rows than asked for, and no round number, is no limit of a service: there are no more.
            let mayBeAll = head.count < grid.page(firstTurn).size && head.count % 5 != 0
            if isFirstAgain, !mayBeAll {
                guard seen.order == .descending else { return breakOff() }
                strays += 1
            }
        }
        // Whatever it was, arrivals may have pushed it there.
        phase = seen.order == .descending ? .checkingHead(endIsCertain: false) : .over
        return .discard(token: page.token)
    }

    mutating func stepBorder() -> Step {
        guard !gaps.isEmpty else {
            phase = .over
            return .done
        }
        guard let page = take(nil) else { return .wait }
        guard case .border(let number) = page.purpose else { return .discard(token: page.token) }
        let identities: [Int64]
        switch page.answer {
        case .failed(let error) where error.code == .notFound: identities = []
        case .failed(let error): return fail(error)
        case .rows(let rows, let areOwn):
            identities = rows
            if seen.learnOrder(rows, areOwn: areOwn, isGapless: false), let step = goOnWithoutOrder(after: page) { return step }
        }
        let (missing, outcome) = gaps.examine(
            identities, border: number, firstPage: firstPage ?? 0, unit: max(1, cap ?? grid.size))
        switch outcome {
        case .goesOn: break
        case .closed: gaps.remove(border: number)
        case .lost: return breakOff()
        }
        guard !missing.isEmpty else { return .discard(token: page.token) }
        seen.insert(identities, fresh: missing)
        return .deliver(token: page.token, rows: missing)
    }
}
