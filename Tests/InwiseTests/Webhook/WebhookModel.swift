// SPDX-License-Identifier: MIT

/// What `inwise.h` says of webhooks, written down once more: slow, by splitting and searching, and with nothing of the library in it.
/// It writes the event that a body must become.
struct WebhookModel {
    typealias Bytes = [UInt8]

    /// The event's JSON text; nil for a body that must be refused.
    let event: Bytes?
    /// What it is about, in the service's spelling.
    private(set) var type: Bytes = []
    /// The text of the row in it, and its kind.
    private(set) var row: (kind: String, text: Bytes)?

    /// Members of an event in their order, each with the name that the service gives it, in lower case; nil for what comes otherwise.
    private static let members: [(name: String, wire: String?)] = [
        ("timestamp", "timestamp"), ("trigger_type", "trigger_type"), ("trigger_description", "trigger_description"), ("channel", "channel_type"),
        ("account_code", "account_code"), ("campaign_id", "campaign_id"), ("group_id", "group_id"), ("contact", nil), ("ip", "ip"),
        ("remarks", "remarks"), ("additional_details", "additional_details"), ("replyContent", "replycontent"), ("bounce_type", "bounce_type"),
        ("reason", "reason"), ("survey_field", "survey_field"), ("custom_data", "custom_data"),
    ]
    private static let wires = Set(members.compactMap { $0.wire.map { Bytes($0.utf8) } })
    private static let reserved = Set((members.map(\.name) + ["other", "kind", "row", "event_id", "new", "state", "received"]).map { Bytes($0.utf8) })
    private static let contactNames = ["id", "email", "mobile_number", "external_id"]
    private static let types = [
        "emailSent", "emailOpened", "emailClicked", "emailUnsubscribed", "emailBounced", "undelivered", "smsSent", "smsClicked", "SmsReply",
        "smsUnsubscribed", "MakeContactForm", "onSite", "dynamicPage", "emailWebVersion", "emailPublicWebVersion", "emailPrinted", "emailReportSpam",
    ]

    init(_ body: Bytes) {
        let pieces = body.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        let fields = pieces.filter { !$0.isEmpty }.map(Self.field)
        guard pieces.count <= 10_000, fields.allSatisfy({ Self.isText($0.name) && Self.isText($0.value) }),
            let type = fields.first(where: { Self.lower($0.name) == Bytes("trigger_type".utf8) })?.value, !type.isEmpty
        else {
            event = nil
            return
        }
        let known = Self.types.first { Self.lower(Bytes($0.utf8)) == Self.lower(type) }.map { Bytes($0.utf8) } ?? type
        self.type = known

        var given: [Bytes: Field] = [:], contactGiven: [Bytes: Field] = [:]
        var (top, contact, other) = (Node.object([]), Node.object([]), Node.object([]))
        func keepAside(_ field: Field) { _ = other.put(field.value, at: [field.name][...], isList: false) }
        for field in fields {
            let name = Self.lower(field.name)
            let first = field.name.first == 0x5B ? field.name : Bytes(field.name.prefix { $0 != 0x5B })
            let path = Self.path(Bytes(field.name.dropFirst(first.count)))
            if Self.wires.contains(name) {
                if given[name] == nil { given[name] = field } else { keepAside(field) }
            } else if Self.lower(first) == Bytes("contact".utf8), first.count < field.name.count {
                if let path, let member = path.names.first.map(Self.lower), Self.contactNames.contains(String(decoding: member, as: UTF8.self)) {
                    if path.names.count == 1, !path.isList, contactGiven[member] == nil { contactGiven[member] = field } else { keepAside(field) }
                } else if let path, !path.names.isEmpty, path.names.count <= 17 - (path.isList ? 1 : 0), contact.put(field.value, at: path.names[...], isList: path.isList) {
                } else {
                    keepAside(field)
                }
            } else if !Self.reserved.contains(first), !Self.wires.contains(Self.lower(first)), let path, path.names.count <= 16 - (path.isList ? 1 : 0),
                top.put(field.value, at: ([first] + path.names)[...], isList: path.isList)
            {
            } else {
                keepAside(field)
            }
        }

        /// What a field is read as; what can't be is kept beside.
        func read<Value>(_ field: Field?, _ read: (Bytes) -> Value?) -> Value? {
            guard let field, !field.value.isEmpty else { return nil }
            if let value = read(field.value) { return value }
            keepAside(field)
            return nil
        }
        func value(_ name: String) -> Bytes { given[Bytes(name.utf8)]?.value ?? [] }
        let time = read(given[Bytes("timestamp".utf8)], ModelDate.read)
        let campaign = read(given[Bytes("campaign_id".utf8)], Self.integer)
        let group = read(given[Bytes("group_id".utf8)], Self.integer)
        let person = read(contactGiven[Bytes("id".utf8)], Self.integer)
        let survey = read(given[Bytes("survey_field".utf8)], ModelJSON.checked)
        let custom = read(given[Bytes("custom_data".utf8)], ModelJSON.checked)
        var external = contactGiven[Bytes("external_id".utf8)].map { Self.quoted($0.value) }
        if external == nil || external == Bytes("\"\"".utf8), let found = custom.flatMap(ModelJSON.externalID) { external = found }

        var parts: [Bytes] = []
        func add(_ name: String, _ text: Bytes?, to parts: inout [Bytes]) { parts.append(Self.quoted(Bytes(name.utf8)) + [0x3A] + (text ?? Bytes("null".utf8))) }
        for (name, wire) in Self.members {
            guard let wire else {
                var inner: [Bytes] = []
                for member in Self.contactNames {
                    let field = contactGiven[Bytes(member.utf8)]
                    switch member {
                    case "id": if field != nil { add("id", person, to: &inner) }
                    case "external_id": if let external { add(member, external, to: &inner) }
                    default: if let field { add(member, Self.quoted(field.value), to: &inner) }
                    }
                }
                add(name, Bytes("{".utf8) + Bytes((inner + contact.members).joined(separator: [0x2C])) + Bytes("}".utf8), to: &parts)
                continue
            }
            guard given[Bytes(wire.utf8)] != nil else { continue }
            switch name {
            case "timestamp": add(name, time.map(Self.quoted), to: &parts)
            case "trigger_type": add(name, Self.quoted(known), to: &parts)
            case "campaign_id": add(name, campaign, to: &parts)
            case "group_id": add(name, group, to: &parts)
            case "survey_field": add(name, survey, to: &parts)
            case "custom_data": add(name, custom, to: &parts)
            case "channel":
                let channel = value(wire)
                let names = ["email": "Email", "sms": "SMS"]
                add(name, Self.quoted(names[String(decoding: Self.lower(channel), as: UTF8.self)].map { Bytes($0.utf8) } ?? channel), to: &parts)
            default: add(name, Self.quoted(value(wire)), to: &parts)
            }
        }
        parts += top.members
        if !other.members.isEmpty { add("other", other.text, to: &parts) }

        let kind: String? =
            switch String(decoding: known, as: UTF8.self) {
            case "emailSent": "sentEmails"
            case "undelivered": "undelivered"
            default: Self.lower(Bytes(known.prefix(5))) == Bytes("email".utf8) && known.count > 5 ? "activities" : nil
            }
        if let kind, let time, let campaign, let person, Self.lower(value("channel_type")) != Bytes("sms".utf8) {
            var cells: [Bytes] = []
            func text(_ name: String, _ bytes: Bytes) { if !bytes.isEmpty { add(name, Self.quoted(bytes), to: &cells) } }
            let email = contactGiven[Bytes("email".utf8)]?.value ?? []
            switch kind {
            case "sentEmails":
                add("contact_id", person, to: &cells)
                add("campaign_id", campaign, to: &cells)
                text("date_sent", time)
                text("email", email)
            case "undelivered":
                add("campaign_id", campaign, to: &cells)
                text("email", email)
                add("contact_id", person, to: &cells)
                text("reason", value("reason"))
                text("create_date", time)
            default:
                text("action_date", time)
                add("contact_id", person, to: &cells)
                add("campaign_id", campaign, to: &cells)
                text("ip", value("ip"))
                text("action_type", known)
                text("remarks", value("remarks"))
                text("additional_data", value("additional_details"))
            }
            if let external, external != Bytes("\"\"".utf8) { add("external_id", external, to: &cells) }
            let text = Bytes("{".utf8) + Bytes(cells.joined(separator: [0x2C])) + Bytes("}".utf8)
            row = (kind, text)
            add("kind", Self.quoted(Bytes(kind.utf8)), to: &parts)
            add("row", text, to: &parts)
        }
        event = Bytes("{".utf8) + Bytes(parts.joined(separator: [0x2C])) + Bytes("}".utf8)
    }

    // MARK: Fields

    private typealias Field = (name: Bytes, value: Bytes)

    private static func field(_ piece: ArraySlice<UInt8>) -> Field {
        let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
        return (decoded(piece[..<equals]), decoded(piece[equals...].dropFirst()))
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> Bytes {
        var (bytes, rest) = (Bytes(), text)
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }) {
                bytes.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }

    private static func isText(_ bytes: Bytes) -> Bool { !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil }

    private static func lower(_ bytes: Bytes) -> Bytes { bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }

    /// `[b][c]` as names; nil for what doesn't nest.
    private static func path(_ brackets: Bytes) -> (names: [Bytes], isList: Bool)? {
        guard !brackets.isEmpty else { return ([], false) }
        guard brackets.first == 0x5B, brackets.last == 0x5D else { return nil }
        var names = brackets.dropFirst().dropLast().split(separator: 0x5D, omittingEmptySubsequences: false).map { Bytes($0) }
        // Each but the first begins with the bracket that opens it.
        for index in names.indices.dropFirst() {
            guard names[index].first == 0x5B else { return nil }
            names[index].removeFirst()
        }
        guard !names.contains(where: { $0.contains(0x5B) }) else { return nil }
        let isList = names.last?.isEmpty == true
        if isList { names.removeLast() }
        return names.contains(where: \.isEmpty) ? nil : (names, isList)
    }

    /// An integer as it is written, if it is written as a program does.
    private static func integer(_ text: Bytes) -> Bytes? {
        let string = String(decoding: text, as: UTF8.self)
        return Int64(string).map(String.init) == string ? text : nil
    }

    static func quoted(_ text: Bytes) -> Bytes {
        var quoted: Bytes = [0x22]
        for byte in text {
            switch byte {
            case 0x22, 0x5C: quoted += [0x5C, byte]
            case 0x0A: quoted += Bytes("\\n".utf8)
            case 0x0D: quoted += Bytes("\\r".utf8)
            case 0x09: quoted += Bytes("\\t".utf8)
            case ..<0x20: quoted += Bytes((byte < 16 ? "\\u000" : "\\u00").utf8) + Bytes(String(byte, radix: 16).utf8)
            default: quoted.append(byte)
            }
        }
        return quoted + [0x22]
    }

    /// Fields that nobody knows.
    private indirect enum Node {
        case text(Bytes)
        case list([Bytes])
        case object([(name: Bytes, node: Node)])

        /// Whether the value could be put there; if not, nothing has changed.
        mutating func put(_ value: Bytes, at path: ArraySlice<Bytes>, isList: Bool) -> Bool {
            guard case .object(var members) = self, let name = path.first else { return false }
            defer { self = .object(members) }
            let index = members.firstIndex { $0.name == name }
            if path.count > 1 {
                var node = index.map { members[$0].node } ?? .object([])
                guard node.put(value, at: path.dropFirst(), isList: isList) else { return false }
                if let index { members[index].node = node } else { members.append((name, node)) }
                return true
            }
            guard let index else {
                members.append((name, isList ? .list([value]) : .text(value)))
                return true
            }
            switch members[index].node {
            case .object: return false
            case .text(let first): members[index].node = .list([first, value])
            case .list(let values): members[index].node = .list(values + [value])
            }
            return true
        }

        var members: [Bytes] {
            guard case .object(let members) = self else { return [] }
            return members.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map { WebhookModel.quoted($0.name) + [0x3A] + $0.node.text }
        }

        var text: Bytes {
            switch self {
            case .text(let text): WebhookModel.quoted(text)
            case .list(let values): Bytes("[".utf8) + Bytes(values.map(WebhookModel.quoted).joined(separator: [0x2C])) + Bytes("]".utf8)
            case .object: Bytes("{".utf8) + Bytes(members.joined(separator: [0x2C])) + Bytes("}".utf8)
            }
        }
    }
}
