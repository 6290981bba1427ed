// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A batch of rows") struct RowBatchTests {
    @Test("takes no row that isn't there for the same as another")
    func missing() throws {
        let store = try Store()
        let batch = store.intake.batch(of: .activities)
        let row = batch.row(0)
        row.clear()
        row.set(RowLayout.key, 5)
        #expect(throws: InwiseError.self) { try batch.compare(row) }
        for slot in [RowLayout.date, batch.layout.nulls] { row.set(slot, 0) }
        #expect(try batch.insert(row) && batch.compare(row).isSame)
    }
}
