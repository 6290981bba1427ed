// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

/// Calls that are awaited.
@Suite(.timeLimit(.minutes(1))) struct AsyncTests {
    private static let url = NativeAPITests.url
    private static let campaign = NativeAPITests.campaign

    /// A client whose every answer comes after a minute, which no test waits for.
    private func slow() throws -> InwiseClient {
        try InwiseClient(Self.url + "&latency_ms=60000", options: .init(timeoutSeconds: 300))
    }

    @Test func `awaited rows and pages are those of the cursor that blocks`() async throws {
        let client = try InwiseClient(Self.url)
        let rows = client.activities(dateFrom: "2024-01-01", pageSize: 50)
        var awaited: [Activity] = [], paged: [Activity] = [], blocking: [Activity] = []
        for try await activity in rows { awaited.append(activity) }
        for try await page in rows.pages {
            #expect(!page.isEmpty)
            paged += page
        }
        let cursor = try rows.cursor()
        while let activity = try cursor.next() { blocking.append(activity) }
        #expect(awaited == blocking && paged == blocking && blocking.count > 300)
        #expect(rows.info?.rows == blocking.count)
    }

    @Test func `questions can be awaited`() async throws {
        let client = try InwiseClient(Self.url)
        let summary = try await client.activitiesSummary(campaignID: Self.campaign)
        let funnel = InwiseFunnel()
        try await funnel.add(client.sentEmails(campaignID: Self.campaign, dateFrom: "2024-01-01"))
        try await funnel.add(client.undelivered(campaignID: Self.campaign))
        try await funnel.add(client.activities(campaignID: Self.campaign, dateFrom: "2024-01-01"))
        #expect(try funnel.summary().counts == summary.counts)
        #expect(try await !client.recentActivities().isEmpty)
        #expect(try await client.recentActivities().isEmpty)
        _ = try await (client.recentSentEmails(), client.recentUndelivered())
    }

    @Test func `webhooks can be kept`() async throws {
        let folder = TemporaryFolder()
        let mirror = try InwiseClient("file:" + folder["mirror.db"])
        let body = Array("trigger_type=emailOpened&timeStamp=2024-09-02+10:00:00&campaign_id=5&contact[id]=7".utf8)
        let event = try await mirror.ingest(webhook: body)
        #expect(event.json["state"]?.string == "provisional" && event.json["new"] == .bool(true))
        #expect(try await mirror.ingest(webhook: body).json["new"] == .bool(false))
        #expect(try await mirror.activitiesSummary(campaignID: 5).counts?.opens == 1)
        await #expect(throws: InwiseError.self) { try await mirror.ingest(webhook: []) }
        await #expect(throws: InwiseError.self) { try await InwiseClient(Self.url).ingest(webhook: body) }
    }

    @Test func `many walks of one client go on side by side, each complete`() async throws {
        let client = try InwiseClient(Self.url)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    var ids: Set<Int64?> = []
                    for try await activity in client.activities(dateFrom: "2024-01-01", pageSize: 40) { ids.insert(activity.id) }
                    return ids.count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(counts).count == 1 && counts[0] > 300)
    }

    @Test func `more waiting calls than the pool has threads don't keep other tasks from running`() async throws {
        let waiting = try (0..<64).map { _ in
            let client = try slow()
            return Task { try await client.activitiesSummary(campaignID: Self.campaign) }
        }
        // Would never come to run if the pool's threads waited.
        for _ in 0..<100 { await Task.detached { await Task.yield() }.value }
        for task in waiting { task.cancel() }
        for task in waiting {
            let result = await task.result
            #expect(throws: InwiseError.self) { try result.get() }
        }
    }

    @Test func `a cancelled task ends its own call and no other`() async throws {
        let client = try InwiseClient(Self.url + "&latency_ms=300", options: .init(timeoutSeconds: 50))
        // One is inside, the others wait for their turn.
        let tasks = (0..<4).map { _ in Task { try await client.activitiesSummary(campaignID: Self.campaign) } }
        tasks[0].cancel()
        tasks[2].cancel()
        var codes: [InwiseError.Code?] = []
        for task in tasks {
            switch await task.result {
            case .success: codes.append(nil)
            case .failure(let error): codes.append((error as? InwiseError)?.code)
            }
        }
        // Which of them comes first is the scheduler's affair: a call may have its answer when it is cancelled.
        #expect(codes[1] == nil && codes[3] == nil)
        #expect([nil, .cancelled].contains(codes[0]) && [nil, .cancelled].contains(codes[2]))
    }

    @Test func `cancelling the client reaches calls that wait for their turn, and nothing of theirs is asked`() async throws {
        let client = try InwiseClient(Self.url + "&latency_ms=60000", options: .init(timeoutSeconds: 300))
        let tasks = (0..<5).map { _ in Task { try await client.recentActivities() } }
        for task in tasks {
            // Which have begun, the scheduler knows.
            let canceller = Task.detached { while !Task.isCancelled { client.cancel(); await Task.yield() } }
            let result = await task.result
            canceller.cancel()
            let error = #expect(throws: InwiseError.self) { try result.get() }
            #expect(error?.code == .cancelled && error?.method == "recentActivities")
        }
    }

    @Test func `a call's time runs while it waits for its turn`() async throws {
        let client = try InwiseClient(Self.url + "&latency_ms=60000", options: .init(timeoutSeconds: 0.3))
        let began = Instant.now
        let tasks = (0..<20).map { _ in Task { try await client.activitiesSummary(campaignID: Self.campaign) } }
        for task in tasks {
            let result = await task.result
            let error = #expect(throws: InwiseError.self) { try result.get() }
            #expect(error?.code == .timeout)
        }
        // 20 turns of 0.3 s otherwise.
        #expect(Instant.now.seconds(since: began) < 4)
    }

    @Test func `cancellation reaches a call that waits inside`() async throws {
        let client = try slow()
        let began = Instant.now
        let task = Task { for try await _ in client.activities(dateFrom: "2024-01-01") {} }
        while client.worker.isIdle { await Task.yield() }
        task.cancel()
        let result = await task.result
        let error = #expect(throws: InwiseError.self) { try result.get() }
        #expect(error?.code == .cancelled && Instant.now.seconds(since: began) < 30)
    }

    @Test func `a task that is cancelled already asks nothing`() async throws {
        let client = try slow()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.activitiesSummary(campaignID: Self.campaign)
        }
        let result = await task.result
        #expect(throws: InwiseError.self) { try result.get() }
        #expect(client.worker.isIdle)
    }

    @Test func `a walk goes on after a cancelled step, and loses nothing`() async throws {
        let client = try InwiseClient(Self.url)
        let rows = client.activities(dateFrom: "2024-01-01", pageSize: 50)
        /// Handed from one task to another, never used by both.
        final class Walk: @unchecked Sendable {
            var iterator: Rows<Activity>.AsyncIterator
            var seen: [Activity] = []
            init(_ rows: Rows<Activity>) { iterator = rows.makeAsyncIterator() }

            func step() async throws -> Bool {
                guard let row = try await iterator.next() else { return false }
                seen.append(row)
                return true
            }
        }
        let walk = Walk(rows)
        for _ in 0..<50 { #expect(try await walk.step()) }
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: InwiseError.self) { try await walk.step() }
        }.value
        while try await walk.step() {}
        var whole: [Activity] = []
        for try await row in rows { whole.append(row) }
        #expect(walk.seen == whole)
    }

    @Test func `a closed client says so to a task`() async throws {
        let client = try InwiseClient(Self.url)
        client.close()
        let error = await #expect(throws: InwiseError.self) { try await client.activitiesSummary(campaignID: 1) }
        #expect(error?.code == .closed)
        let walk = await #expect(throws: InwiseError.self) { for try await _ in client.activities() {} }
        #expect(walk?.code == .closed)
    }

    @Test func `errors come as errors of the library, with their types`() async throws {
        let client = try InwiseClient(Self.url + "&fail_rate=1")
        do throws(InwiseError) {
            for try await _ in client.undelivered() { Issue.record("a row came") }
            Issue.record("no error")
        } catch {
            #expect(error.code == .server && error.method == "undelivered")
        }
    }
}
