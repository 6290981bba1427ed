// SPDX-License-Identifier: MIT

internal import ArgumentParser

/// How rows are written.
enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json, csv, ndjson
}

/// How and what to write.
struct OutputOptions: ParsableArguments {
    @Option(help: """
        table: aligned columns, cut to the terminal's width. json: one array. ndjson: a row a line. csv: RFC 4180 with a \
        header; the columns are the documented fields and those of the first page, and the last one, "other", holds what \
        else a row has, as JSON. (default: table on a terminal, json otherwise)
        """)
    var format: Format?

    @Flag(name: .shortAndLong, help: "No progress and no notes on standard error; errors stay.")
    var quiet = false

    /// The format that applies.
    var chosen: Format { format ?? (Output.isTerminal ? .table : .json) }
}
