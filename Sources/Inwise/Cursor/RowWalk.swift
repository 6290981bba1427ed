// SPDX-License-Identifier: MIT

/// A walk over every row of an answer, each row exactly once. Entered by one call at a time.
protocol RowWalk: AnyObject {
    /// The next rows, a JSON array that is not empty; nil at the end. After an error the next call tries again from the same place.
    func next(_ call: Call) throws(InwiseError) -> ByteBuffer?
    /// Whether nothing is missing between the rows that it has given, as far as is known.
    var isGapless: Bool { get }
    /// How the walk stands. Whether its window was defaulted is not its affair.
    var info: CursorInfo { get }
    /// In a forked child: goes on over the child's own backend.
    func attach(to backend: any Backend) throws(InwiseError)
    /// Forgets what was asked for and has not been given.
    func abandon()
}
