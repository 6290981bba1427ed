// SPDX-License-Identifier: MIT

/// What answers a client's questions. Entered by one call at a time, `wake` excepted.
protocol Backend: AnyObject, Sendable {
    /// One page of rows, or the summary, as JSON; ids are integers.
    func answer(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer

    /// The answer as it came, unchecked.
    func fetch(_ method: Method, _ query: Query, _ call: Call) throws(InwiseError) -> ByteBuffer

    /// A walk over every row of an answer. Nothing is asked for yet.
    func walk(of method: Method, _ query: Query) throws(InwiseError) -> any RowWalk

    /// Lets go of what it holds; no call follows.
    func close()

    /// Makes a call that waits inside look at whether it has been cancelled. Any thread.
    func wake()

    /// Answers a REST request; only a backend that is a service itself can.
    func handle(_ request: RESTRequest, _ call: Call) throws(InwiseError) -> RESTAnswer
}
