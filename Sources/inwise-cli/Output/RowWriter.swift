// SPDX-License-Identifier: MIT

internal import Inwise

/// Writes pages of rows in one format.
protocol RowWriter {
    /// Rows written so far.
    var rows: Int { get }
    /// A note for the person at the end; nil for none.
    var remark: String? { get }
    mutating func write(_ page: JSONText, to output: Output)
    /// Writes what ends the whole. It is not called after an error: what was cut off must not look complete.
    mutating func finish(_ output: Output)
}

extension RowWriter {
    var remark: String? { nil }
}

extension Format {
    /// A writer of this format for the rows of a method.
    func writer(for method: Method) -> any RowWriter {
        let fields = (method.rowKind?.fields ?? []).map { "\($0.name)" }
        return switch self {
        case .json: JSONRows(isArray: true)
        case .ndjson: JSONRows(isArray: false)
        case .csv: CSVRows(columns: fields)
        case .table: TableRows(columns: fields, width: Output.width)
        }
    }
}

/// JSON, a row a line: in an array, or bare.
struct JSONRows: RowWriter {
    let isArray: Bool
    private(set) var rows = 0

    init(isArray: Bool) { self.isArray = isArray }

    mutating func write(_ page: JSONText, to output: Output) {
        page.eachElement { row in
            if isArray { output.append(rows == 0 ? "[\n" : ",\n") }
            output.append(page, row)
            if !isArray { output.append("\n") }
            rows += 1
        }
    }

    func finish(_ output: Output) {
        if isArray { output.append(rows == 0 ? "[]\n" : "\n]\n") }
    }
}
