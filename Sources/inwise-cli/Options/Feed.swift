// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

/// A kind of rows, as the commands are named.
enum Feed: String, CaseIterable, ExpressibleByArgument {
    case activities, sent, undelivered

    /// The method that walks its rows.
    var walked: Method {
        switch self {
        case .activities: .activities
        case .sent: .sentEmails
        case .undelivered: .undelivered
        }
    }

    /// The method that hands out what is new.
    var recent: Method {
        switch self {
        case .activities: .recentActivities
        case .sent: .recentSentEmails
        case .undelivered: .recentUndelivered
        }
    }
}
