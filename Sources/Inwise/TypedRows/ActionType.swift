// SPDX-License-Identifier: MIT

/// What a recipient did. An action that the library doesn't know by name is a value like the others.
///
///     switch activity.actionType {
///     case .emailOpened: …
///     case .other(let name): print("new at the service: \(name)")
///     default: break
///     }
public enum ActionType: Sendable, Hashable {
    case emailOpened, emailClicked, emailBounced, emailUnsubscribed, emailWebVersion, emailPublicWebVersion, emailPrinted
    /// The service doesn't document the names of these two; this is how they are assumed to be spelled.
    case emailReportSpam, onSite
    /// Any other, by the service's name for it.
    case other(String)

    private static let known: [String: ActionType] = [
        "emailOpened": .emailOpened, "emailClicked": .emailClicked, "emailBounced": .emailBounced,
        "emailUnsubscribed": .emailUnsubscribed, "emailWebVersion": .emailWebVersion,
        "emailPublicWebVersion": .emailPublicWebVersion, "emailPrinted": .emailPrinted,
        "emailReportSpam": .emailReportSpam, "onSite": .onSite,
    ]
}

extension ActionType: RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// - Parameter rawValue: the service's name.
    public init(rawValue: String) { self = Self.known[rawValue] ?? .other(rawValue) }

    public init(stringLiteral name: String) { self.init(rawValue: name) }

    /// The service's name.
    public var rawValue: String {
        switch self {
        case .emailOpened: "emailOpened"
        case .emailClicked: "emailClicked"
        case .emailBounced: "emailBounced"
        case .emailUnsubscribed: "emailUnsubscribed"
        case .emailWebVersion: "emailWebVersion"
        case .emailPublicWebVersion: "emailPublicWebVersion"
        case .emailPrinted: "emailPrinted"
        case .emailReportSpam: "emailReportSpam"
        case .onSite: "onSite"
        case .other(let name): name
        }
    }

    public var description: String { rawValue }
}

extension ActionType {
    /// Two are equal whose names are.
    public static func == (left: ActionType, right: ActionType) -> Bool { left.rawValue == right.rawValue }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
