// SPDX-License-Identifier: MIT

/// A share as a bar of blocks that are filled by eighths.
enum ShareBar {
    /// - Parameters:
    ///   - share: 0 to 1.
    ///   - room: columns of the whole.
    static func text(_ share: Double, room: Int) -> String {
        let eighths = Int((min(max(share, 0), 1) * Double(room) * 8).rounded(.up))
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return String(repeating: "█", count: eighths / 8) + partial
    }
}
