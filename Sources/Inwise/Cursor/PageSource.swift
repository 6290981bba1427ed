// SPDX-License-Identifier: MIT

/// Where a walk gets its pages from: several may be asked for before the first is there.
protocol PageSource: AnyObject {
    /// How many may be asked for at once.
    var limit: Int { get }
    /// Rows to a page, as the host asks for them.
    var pageSize: Int { get }
    /// The number of the service's first page, where it is known.
    var firstPage: Int? { get set }
    /// HTTP requests made so far, repeats of them, and bytes received.
    var traffic: Traffic { get }

    /// Whether several may be asked for before one has come full, which tells that there are more.
    var isSpeculative: Bool { get }

    /// Asks for a page, by the service's own number.
    func request(_ page: PageWalk.Request) throws(InwiseError)
    /// Sends what has been asked for, without waiting.
    func push(_ call: Call)
    /// Waits for one of the pages asked for. A failed page is an outcome, not an error: it may not matter.
    /// After an error nothing is under way any more. attempts: requests made for it.
    func next(_ call: Call) throws(InwiseError) -> (token: Int, attempts: Int, outcome: Result<ByteBuffer, InwiseError>)
    /// Forgets what was asked for and has not come.
    func abandon()
}

/// What a walk has cost.
struct Traffic: Sendable {
    var requests = 0
    var retries = 0
    var bytes = 0
}
