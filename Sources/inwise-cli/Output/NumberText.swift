// SPDX-License-Identifier: MIT

extension FixedWidthInteger {
    /// With commas between thousands.
    var grouped: String {
        let digits = Array(String(magnitude))
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// With a noun, in the plural unless it is one: `3 rows`, `1 row`.
    func of(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}

/// A length of time as a person says it: the two largest units that matter.
enum TimeText {
    /// - Parameter tenths: whether less than ten seconds are told to a tenth.
    static func of(_ seconds: Double, tenths: Bool = false) -> String {
        guard seconds.magnitude < 1e15 else { return "for ever" }
        if tenths, seconds < 9.95 {
            let tenths = Int((max(seconds, 0) * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        let seconds = Int(max(seconds, 0).rounded())
        func two(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
            "\(large.grouped) \(largeUnit)" + (small > 0 ? " \(small) \(smallUnit)" : "")
        }
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: two(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400: two(seconds / 3600, "h", seconds / 60 % 60, "min")
        default: two(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }
}
