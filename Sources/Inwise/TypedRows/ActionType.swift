// SPDX-License-Identifier: MIT

/// What a recipient did. An action that the library doesn't know by name is a value like the others.
///
///     switch activity.actionType {
///     case .emailOpened: …
///     case .other(let name): print("new at the service: \(name)")
///     default: break
///     }
public enum ActionType: Sendable, Hashable {
    /// The mail was opened.
    case emailOpened
    /// A link in it was clicked; ``Activity/additionalData`` has its URL.
    case emailClicked
    /// It came back.
    case emailBounced
    /// The contact left.
    case emailUnsubscribed
    /// It was looked at in a browser, by the contact's own link.
    case emailWebVersion
    /// It was looked at in a browser, by the link that anybody may have.
    case emailPublicWebVersion
    /// It was printed.
    case emailPrinted
    /// It was reported as spam. The service doesn't document this name; it is assumed.
    case emailReportSpam
    /// Something on the account's site. The service doesn't document this name; it is assumed.
    case onSite
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
    /// The action that the service calls so.
    public init(rawValue: String) { self = Self.known[rawValue] ?? .other(rawValue) }

    /// The action of this name.
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

    /// The service's name.
    public var description: String { rawValue }
}

extension ActionType {
    /// Two are equal whose names are, byte for byte.
    public static func == (left: ActionType, right: ActionType) -> Bool { left.rawValue.utf8.elementsEqual(right.rawValue.utf8) }

    public func hash(into hasher: inout Hasher) {
        for byte in rawValue.utf8 { hasher.combine(byte) }
    }
}
