// SPDX-License-Identifier: MIT

/// Pages in their turn.
extension PageWalk {
    /// Pages in a row without a new row after which a walk counts as one that never advances.
    private static let mostIdlePages = 60
    /// By so many pages arrivals may push rows while pages are read once more.
    private static let pagesToBePushed = 16
    /// How often a full page may come again before it counts as the end.
    private static let mostRepeats = 2

    mutating func stepPage() -> Step {
        guard let page = take(.turn(turn)) else { return .wait }
        switch page.answer {
        case .failed(let error): return stepFailed(page, error)
        case .rows(let identities, let areOwn):
            return identities.isEmpty ? stepEmpty(page) : stepRows(page, identities, areOwn: areOwn)
        }
    }

    // MARK: Where pages begin

    /// Page 0 gave nothing: a service may count from 1. Nil if page 1 says that it doesn't.
    private mutating func stepBeforeFirst(_ page: Arrived) -> Step? {
        guard firstPage == nil, turn == 0 else { return nil }
        guard let one = look(for: .turn(1)) else {
            needsPageOne = true
            putBack(page)
            return .wait
        }
        needsPageOne = false
        let identities: [Int64]
        switch one.answer {
        case .rows(let rows, _): identities = rows
        case .failed(let error) where Self.isRefusal(error): return nil
        case .failed(let error):
            // It may yet tell.
            putBack(page)
            return fail(error)
        }
        if case .rows = page.answer, identities.isEmpty { return nil }
        firstPage = 1
        turn = 1
        notices.append("the service's pages count from 1")
        return .discard(token: page.token)
    }

    /// Whether a service says so that there is no such page.
    private static func isRefusal(_ error: InwiseError) -> Bool {
        error.httpStatus.map { [400, 404, 416, 422].contains($0) } ?? false
    }

    private mutating func stepFailed(_ page: Arrived, _ error: InwiseError) -> Step {
        if Self.isRefusal(error), let step = stepBeforeFirst(page) { return step }
        // Past the end there is no such page.
        if error.code == .notFound, usedPages > 0 { return stepPastEnd(page) }
        return fail(error)
    }

    private mutating func stepEmpty(_ page: Arrived) -> Step {
        stepBeforeFirst(page) ?? stepPastEnd(page)
    }

    /// The page has no rows, since there are no more, or pages were skipped too far.
    private mutating func stepPastEnd(_ page: Arrived) -> Step {
        if let chase, page.number > chase.above + 1 {
            finder.skip()
            return look(at: (chase.above + page.number) / 2, after: page)
        }
        if seen.order == .descending, !isInTurn(page) { noteGap(below: nil, at: page) }
        return end(after: page, isCertain: true)
    }

    // MARK: Rows

    /// Whether the page was asked for after its neighbour had come, so that no row can lie between them.
    private func isInTurn(_ page: Arrived) -> Bool {
        previousArrival.map { page.askedAt > $0 } ?? (usedPages == 0)
    }

    /// Rows to a page of full size.
    private var unit: Int { max(1, min(grid.size, cap ?? grid.size)) }

    /// Rows before a page.
    private func start(of page: Arrived) -> Int { page.number * min(page.size, cap ?? page.size) }

    private mutating func noteGap(below: Int64?, at page: Arrived) {
        let number = max(firstPage ?? 0, (start(of: page) - 1) / unit)
        gaps.note(above: seen.lowest, below: below, page: number, isBracketed: page.askedAt > headTime)
    }

    private mutating func stepRows(_ page: Arrived, _ identities: [Int64], areOwn: Bool) -> Step {
        let isInTurn = isInTurn(page)
        if seen.learnOrder(identities, areOwn: areOwn, isGapless: gaps.isEmpty) {
            if let step = goOnWithoutOrder(after: page) { return step }
            if !isInTurn { return .discard(token: page.token) }
        }
        if firstPage == nil, turn == 1, !head.isEmpty, identities.elementsEqual(head.prefix(identities.count)) {
            // Page 0 and page 1 are alike: it counts from 1, or page 0 is the last. Page 2 tells.
            repeatedRows += identities.count
            advance(after: page, identities)
            return .discard(token: page.token)
        }
        let view = seen.view(of: identities)
        if view.fresh.isEmpty, !isInTurn, !isCareful {
            // It may have been answered before pages that came earlier. Ask again, now that they are there.
            isCareful = true
            dropAhead()
            return .discard(token: page.token)
        }
        if seen.order == .descending {
            if view.liesAbove { return stepAbove(page, identities) }
            if !isInTurn, !view.overlaps {
                if let chase, page.number > chase.above + 1 { return stepBelow(page, identities) }
                noteGap(below: identities[0], at: page)
            }
        }
        chase = nil
        repeatedRows += view.repeated
        if head.isEmpty {
            head = identities
            headTime = page.time
            lastHead = identities.first
            firstTurn = turn
        }
        return view.fresh.isEmpty
            ? stepRepeat(page, identities) : stepFresh(page, identities, view.fresh)
    }

    private mutating func stepFresh(_ page: Arrived, _ identities: [Int64], _ fresh: [Int]) -> Step {
        let count = identities.count
        if usedPages > 0 {
            noticeCap(count)
            // Mostly seen: arrivals may have made page 1 of a service that counts from 1 differ from its page 0.
            if firstPage == nil, turn == 1, fresh.count * 2 > count { firstPage = 0 }
        }
        let isLast = isShort(page, count)
        fullest = max(fullest, count)
        if !isLast, count < page.size { underfull = max(underfull ?? 0, count) }
        seen.insert(identities, fresh: fresh)
        usedPages += 1
        lastRow = identities.last
        repeats = 0
        strays = 0
        pagesAbove = 0
        idlePages = 0
        if isLast { enterEnd(isCertain: true) } else { advance(after: page, identities) }
        return .deliver(token: page.token, rows: fresh)
    }

    /// A page whose rows have all been seen.
    private mutating func stepRepeat(_ page: Arrived, _ identities: [Int64]) -> Step {
        if turn < turnsAgain {
            advance(after: page, identities)
            return .discard(token: page.token)
        }
        idlePages += 1
        if isShort(page, identities.count) { return end(after: page, isCertain: true) }
        guard idlePages <= Self.mostIdlePages else { return breakOff() }
        if identities.last == lastRow { repeats += 1 } else { strays += 1 }
        if strays > Self.mostRepeats || (strays == 0 && repeats >= Self.mostRepeats) {
            return end(after: page, isCertain: false)
        }
        advance(after: page, identities)
        return .discard(token: page.token)
    }

    /// Another page has come: if one before it had fewer rows than asked for, that is the most that the service gives.
    mutating func noticeCap(_ count: Int) {
        if let cap {
            self.cap = max(cap, count)
        } else if let underfull {
            cap = max(underfull, count)
            notices.append("the service gives \(underfull) rows a page, whatever is asked for")
        }
    }

    private mutating func advance(after page: Arrived, _ identities: [Int64]) {
        previousArrival = page.time
        turn += 1
        guard isOffGrid, seen.order == .descending else { return }
        // Rows arrive fast: the oldest one seen will have moved by the time the next page is read.
        let next = finder.page(for: seen.lowest, after: identities, start: start(of: page), unit: unit)
        guard finder.drift > 0, next != turn else { return }
        chase = Chase(above: page.number - 1)
        turn = max(next, page.number)
        previousArrival = turn == page.number ? 0 : nil
    }

    /// Whether a page of so many rows is the last.
    private func isShort(_ page: Arrived, _ count: Int) -> Bool {
        if let cap { return count < min(cap, page.size) }
        guard count < page.size else { return false }
        // While nothing but a first page with fewer rows than asked for is known: they are all there are, or the
        // most that the service gives. Nobody gives less than ten.
        if head.isEmpty || underfull != nil { return count < 10 }
        // As many as on the fullest page, where more were asked for than before: they may be the most as well.
        return count < fullest
    }

    // MARK: Without order

    /// The order of the rows doesn't hold. Where borders between pages are not proven, they can't be found again by it:
    /// then every page is read once more, in turn.
    mutating func goOnWithoutOrder(after page: Arrived) -> Step? {
        isCareful = true
        dropAhead()
        notices.append("the service's rows come in no order: pages are read one after the other")
        if !gaps.isEmpty, seen.isWhole {
            gaps = GapCheck()
            turnsAgain = (isOffGrid ? turn : grid.page(turn).number) + Self.pagesToBePushed
            turn = firstPage ?? firstTurn
        } else if let chase {
            // Pages were skipped to find the oldest row that was seen.
            turn = chase.above + 1
        } else {
            return nil
        }
        phase = .walking
        isOffGrid = true
        chase = nil
        previousArrival = 0
        return .discard(token: page.token)
    }

    // MARK: Pushed back

    /// All rows of the page are newer than the oldest one seen: arrivals have pushed the rest further back.
    private mutating func stepAbove(_ page: Arrived, _ identities: [Int64]) -> Step {
        if isShort(page, identities.count) {
            // The last page of all, so what is on it has come late: arrivals would have left the oldest row there.
            seen.loseOrder()
            return goOnWithoutOrder(after: page) ?? .discard(token: page.token)
        }
        if !isCareful {
            isCareful = true
            dropAhead()
            notices.append("rows arrive faster than they are read: pages are read one after the other")
        }
        isOffGrid = true
        pagesAbove += 1
        noticeCap(identities.count)
        var chase = chase ?? Chase(above: page.number)
        let next = finder.page(for: seen.lowest, after: identities, start: start(of: page), unit: unit)
        // A smaller page than full ones ends before its neighbour begins: look at the same number again.
        let isNeighbour = min(page.size, unit) == unit
        chase.above = isNeighbour ? page.number : page.number - 1
        self.chase = chase
        return look(at: max(next, chase.above + 1), after: page)
    }

    /// The page lies below the oldest row seen and touches it nowhere: pages were skipped too far.
    private mutating func stepBelow(_ page: Arrived, _ identities: [Int64]) -> Step {
        let next = finder.page(for: seen.lowest, after: identities, start: start(of: page), unit: unit)
        return look(at: min(next, page.number - 1), after: page)
    }

    private mutating func look(at number: Int, after page: Arrived) -> Step {
        idlePages += 1
        guard idlePages <= Self.mostIdlePages else { return breakOff() }
        let above = chase?.above ?? 0
        turn = max(number, above + 1)
        // Next to the page above and asked for after it: in one piece with it. Others must show a row that was seen.
        previousArrival = turn == above + 1 ? 0 : nil
        return .discard(token: page.token)
    }
}
