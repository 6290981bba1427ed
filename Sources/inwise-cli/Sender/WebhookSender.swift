// SPDX-License-Identifier: MIT

internal import Inwise
internal import Synchronization

/// Posts a sandbox's live activities as the service does: more than once, in any order, until they are taken.
final class WebhookSender: @unchecked Sendable {  // its thread alone uses what is not constant, until it has been joined
    private let sending: WebhookSending
    private let poster: HTTPPoster
    private var feed: LiveFeed
    private var chance: SplitMix64
    private var deliveries = Deliveries()
    private var (taken, sent, repeated, failed) = (0, 0, 0, 0)
    private let isStopping = Atomic<Bool>(false)
    private var thread: WorkerThread?
    /// Nobody answers: all of them wait.
    private var silentUntil = Instant.now
    private var silences = 0
    private var isTold = false

    /// Deliveries that may wait. What arrives beyond that is left in the account, and posted when there is room.
    private static let mostWaiting = 100_000
    /// Seconds between two looks for what has arrived.
    private static let lookPause = 0.02
    private static let longestPause = 2.0

    /// Begins to post.
    init(_ client: InwiseClient, _ sending: WebhookSending, to url: String, seed: UInt64) throws {
        self.sending = sending
        poster = try HTTPPoster(url)
        feed = try LiveFeed(client, most: sending.webhookEvents)
        chance = SplitMix64(seed: seed, .webhooks)
        thread = try WorkerThread { [self] in run() }
    }

    /// Stops, and says what was posted, unless it has been said.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        poster.wake()
        thread?.join()
        if !isTold { tell() }
    }

    // MARK: The thread

    private func run() {
        var nextLook = Instant.now
        while !isStopping.load(ordering: .relaxed) {
            var now = Instant.now
            if nextLook <= now {
                guard look(now) else { return }
                now = .now
                nextLook = now.adding(seconds: Self.lookPause)
            }
            if silentUntil <= now { while poster.hasRoom, let delivery = deliveries.next(at: now) { poster.post(delivery) } }
            for outcome in poster.perform() { note(outcome) }
            if isFinished {
                tell()
                return
            }
            let due = poster.hasRoom ? max(deliveries.firstDue ?? nextLook, silentUntil) : nextLook
            poster.wait(seconds: min(due, nextLook).seconds(since: .now))
        }
    }

    private var isFinished: Bool {
        guard let events = sending.webhookEvents else { return false }
        return taken >= events && deliveries.count == 0 && poster.isIdle
    }

    /// Takes what has arrived; false when the sandbox is closed.
    private func look(_ now: Instant) -> Bool {
        while deliveries.count < Self.mostWaiting {
            let arrived: [LiveActivity]
            do throws(InwiseError) { arrived = try feed.next() } catch {
                // Otherwise it is busy, and will be asked again.
                return error.code != .closed
            }
            for activity in arrived { plan(activity, now) }
            taken += arrived.count
            if arrived.isEmpty { break }
        }
        return true
    }

    /// The same for the same seed: each activity draws as often.
    private func plan(_ activity: LiveActivity, _ now: Instant) {
        let comesTwice = chance.fraction() < sending.webhookDuplicates
        for isRepeat in [false, true] {
            let delay = chance.fraction() * sending.webhookShuffle, form = chance.below(4)
            guard !isRepeat || comesTwice else { continue }
            let mixed = sending.webhookMixed
            let body = WebhookBody(activity, hasOtherSpelling: mixed && form & 1 == 1, hasOtherDate: mixed && form & 2 == 2)
            deliveries.add(Delivery(body: body.text, isRepeat: isRepeat), due: now.adding(seconds: delay))
        }
    }

    private func note(_ outcome: HTTPPoster.Outcome) {
        if outcome.status == 200 {
            if outcome.delivery.isRepeat { repeated += 1 } else { sent += 1 }
        } else {
            failed += 1
            var delivery = outcome.delivery
            delivery.attempts += 1
            let pause = max(Self.pause(delivery.attempts), outcome.retryAfter)
            deliveries.add(delivery, due: .now.adding(seconds: outcome.status == 0 ? 0 : pause))
        }
        silences = outcome.status == 0 ? silences + 1 : 0
        silentUntil = .now.adding(seconds: silences == 0 ? 0 : Self.pause(silences))
    }

    /// Seconds, doubled each time.
    private static func pause(_ times: Int) -> Double { min(0.02 * Double(1 << min(times, 10)), longestPause) }

    private func tell() {
        isTold = true
        let waiting = sent < taken ? ", waiting \(taken - sent)" : ""
        let output = Output()
        output.append("webhooks: sent \(sent), repeated \(repeated), failed \(failed)\(waiting)\n")
        try? output.flush()
    }
}
