// SPDX-License-Identifier: MIT

/// An input is a page of rows, or a summary: jansson is the judge of both, and the golden vectors' rules are of typed rows.
enum RowsTarget {
    static func run(_ input: [UInt8]) throws {
        // Any kind will do: the length picks one.
        let kind = RowKind.allCases[input.count % RowKind.allCases.count]
        try RowJudge.compare(input, kind)
        try TypedRowJudge.judge(input, kind)
        try RowJudge.compareSummary(input)
    }
}
