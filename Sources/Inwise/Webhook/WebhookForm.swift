// SPDX-License-Identifier: MIT

/// The fields of a webhook, each where it belongs.
struct WebhookForm: ~Copyable {
    let fields: FormFields
    /// By `WebhookField`, and by `ContactField`: which field it is; -1 for one that did not come.
    private var known = InlineArray<15, Int32>(repeating: -1)
    private var contactFields = InlineArray<4, Int32>(repeating: -1)
    private(set) var tree = FieldTree()
    private(set) var trigger: TriggerType
    /// What was read of their fields; nil also for those that are not of their kind.
    private(set) var time: WallTime?
    private(set) var campaign: Int64?
    private(set) var group: Int64?
    private(set) var contact: Int64?
    private(set) var survey: UnsafeRawBufferPointer?
    private(set) var custom: UnsafeRawBufferPointer?
    /// The contact's external id as a JSON string out of the custom data, where it has no field of its own.
    private(set) var customExternalID: UnsafeRawBufferPointer?
    /// What the event's row goes by; nil where it has none.
    private(set) var row: (kind: RowKind, identity: EventIdentity)?

    /// How many JSON values may lie in one another in a field; one that has more is a text.
    private static let deepestJSON = 100

    /// - Throws: `.memory`.
    init(_ fields: consuming FormFields) throws(InwiseError) {
        self.fields = fields
        trigger = TriggerType(UnsafeRawBufferPointer(start: nil, count: 0))
        for number in 0..<self.fields.count { try sort(Int32(truncatingIfNeeded: number)) }
        trigger = TriggerType(text(.triggerType))
        try read()
    }

    // MARK: Sorting

    @inline(__always)
    private mutating func sort(_ number: Int32) throws(InwiseError) {
        let field = fields[Int(number)]
        let name = fields.bytes(field.name)
        if name.count > 8, ASCIICase.areEqual(UnsafeRawBufferPointer(rebasing: name[..<8]), lower: "contact[") {
            return try sort(number, contact: FormFields.Span(start: field.name.start &+ 7, count: field.name.count &- 7))
        }
        if let known = WebhookField.named(name) {
            if self.known[known.rawValue] < 0 { self.known[known.rawValue] = number } else { try tree.addOther(fields, field) }
            return
        }
        var first = field.name, brackets = Self.none
        let open = fields.place(of: ASCII.bracketOpen, in: field.name)
        if open > 0, open < field.name.count {
            first = FormFields.Span(start: field.name.start, count: open)
            brackets = FormFields.Span(start: field.name.start &+ first.count, count: field.name.count &- first.count)
        }
        let firstName = fields.bytes(first)
        let isTaken = WebhookField.isReserved(firstName) || (brackets.count > 0 && WebhookField.named(firstName) != nil)
        if !isTaken, try tree.add(fields, to: FieldTree.event, first, brackets: brackets, field.value) { return }
        try tree.addOther(fields, field)
    }

    private static let none = FormFields.Span(start: 0, count: 0)

    /// - Parameter brackets: `[email]`, which lead to a member of the contact.
    @inline(__always)
    private mutating func sort(_ number: Int32, contact brackets: FormFields.Span) throws(InwiseError) {
        let field = fields[Int(number)]
        let close = fields.place(of: ASCII.bracketClose, in: brackets)
        guard close > 1, close < brackets.count else { return try tree.addOther(fields, field) }
        let first = FormFields.Span(start: brackets.start &+ 1, count: close &- 1)
        let rest = FormFields.Span(start: first.start &+ first.count &+ 1, count: brackets.count &- first.count &- 2)
        if let known = ContactField.named(fields.bytes(first)) {
            if rest.count == 0, contactFields[known.rawValue] < 0 {
                contactFields[known.rawValue] = number
            } else {
                try tree.addOther(fields, field)
            }
            return
        }
        let isName = fields.place(of: ASCII.bracketOpen, in: first) == first.count
        if isName, try tree.add(fields, to: FieldTree.contact, first, brackets: rest, field.value) { return }
        try tree.addOther(fields, field)
    }

    // MARK: Reading

    @inline(__always)
    private mutating func read() throws(InwiseError) {
        time = try read(known[WebhookField.timestamp.rawValue]) { WebhookTime.read($0) }
        campaign = try read(known[WebhookField.campaignID.rawValue]) { QuotedInteger.value(of: $0) }
        group = try read(known[WebhookField.groupID.rawValue]) { QuotedInteger.value(of: $0) }
        contact = try read(contactFields[ContactField.id.rawValue]) { QuotedInteger.value(of: $0) }
        survey = try read(known[WebhookField.surveyField.rawValue]) { Self.isJSON($0) ? $0 : nil }
        custom = try read(known[WebhookField.customData.rawValue]) { Self.isJSON($0) ? $0 : nil }
        let external = contactFields[ContactField.externalID.rawValue]
        if let custom, external < 0 || fields[Int(external)].value.count == 0 { customExternalID = CustomData.externalID(in: custom) }
        if let kind = trigger.kind, let campaign, let contact, let time, !ASCIICase.areEqual(text(.channel), lower: "sms") {
            row = (kind, EventIdentity(campaign: campaign, contact: contact, date: time.seconds))
        }
    }

    /// A field's value; what is not of its kind is kept as a text among the others.
    private mutating func read<Value>(_ number: Int32, _ read: (UnsafeRawBufferPointer) -> Value?) throws(InwiseError) -> Value? {
        guard number >= 0 else { return nil }
        let field = fields[Int(number)]
        guard field.value.count > 0 else { return nil }
        if let value = read(fields.bytes(field.value)) { return value }
        try tree.addOther(fields, field)
        return nil
    }

    private static func isJSON(_ text: UnsafeRawBufferPointer) -> Bool {
        do {
            var json = JSONScanner(text)
            json.skipWhitespace()
            try json.skipValue(inside: JSONScanner.deepest - deepestJSON)
            try json.end()
            return true
        } catch {
            return false
        }
    }

    // MARK: Values

    /// Puts the members of an object of unknown fields in order, so that the event is the same in whatever order they came.
    mutating func sortMembers(of parent: Int32) { tree.sortMembers(fields, of: parent) }

    func has(_ field: WebhookField) -> Bool { known[field.rawValue] >= 0 }

    func has(_ field: ContactField) -> Bool { contactFields[field.rawValue] >= 0 }

    /// The text of a field; empty for one that did not come.
    @inline(__always)
    func text(_ field: WebhookField) -> UnsafeRawBufferPointer { text(known[field.rawValue]) }

    @inline(__always)
    func text(_ field: ContactField) -> UnsafeRawBufferPointer { text(contactFields[field.rawValue]) }

    @inline(__always)
    private func text(_ number: Int32) -> UnsafeRawBufferPointer {
        number < 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : fields.bytes(fields[Int(number)].value)
    }
}

/// What an event and the service's row of it have in common, beside what happened.
struct EventIdentity: Hashable {
    let campaign: Int64
    let contact: Int64
    /// Seconds, as `WallTime`.
    let date: Int64
}
