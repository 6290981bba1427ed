// SPDX-License-Identifier: MIT

/// A mirror's door for pages without a source: for the benchmark, which measures what a sync does with them.
package final class MirrorIngest {
    private let store: Store

    /// Opens a mirror's file, made if it isn't there.
    package init(path: String) throws(InwiseError) { store = Store(try MirrorFile.open(path, readOnly: false)) }

    /// Takes a page's rows in, in one transaction.
    ///
    /// - Returns: how many were new.
    package func add(_ kind: RowKind, _ page: ByteBuffer) throws(InwiseError) -> Int {
        try store.write { () throws(InwiseError) in try store.intake.add(kind, page).rows.new }
    }

    /// Ends the first fill: makes the indexes.
    package func seal(_ kind: RowKind) throws(InwiseError) {
        try store.write { () throws(InwiseError) in try store.seal(kind) }
    }
}
