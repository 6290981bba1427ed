// SPDX-License-Identifier: MIT

/// What one webhook tells; `inwise.h` says at `inwise_webhook_parse` what its members mean.
///
///     let event = try WebhookEvent(body, options)
///     if event.json["trigger_type"]?.string == "emailUnsubscribed" { … }
public struct WebhookEvent: Sendable, Equatable {
    /// The event, a JSON object.
    public let text: String

    /// The event.
    public var json: JSON { (try? JSON.object(parsing: text, as: "event")).map { .object($0) } ?? .null }

    init(text: String) { self.text = text }

    /// Reads the body of a webhook, as it came.
    ///
    /// - Throws: `.auth` for a sender who is not allowed, `.protocol` for what is no webhook, `.argument` for an option.
    public init(_ body: [UInt8], _ options: WebhookOptions = WebhookOptions()) throws(InwiseError) {
        let outcome: Result<String, InwiseError> = body.withUnsafeBytes { bytes in
            Result { () throws(InwiseError) in try Webhook(bytes, options).text.text }
        }
        text = try outcome.get()
    }
}

/// A webhook that has been read.
package struct Webhook {
    /// The event, a JSON object.
    package let text: ByteBuffer
    /// Where the row is in it, and what it goes by; nil where it has none.
    let row: (kind: RowKind, identity: EventIdentity, range: Range<Int>)?
    /// Where the type is in it, in its quotes.
    private let triggerRange: Range<Int>
    let time: WallTime?
    let campaign: Int64?
    let contact: Int64?

    package init(_ body: UnsafeRawBufferPointer, _ options: WebhookOptions) throws(InwiseError) {
        try options.trust().check()
        guard body.count <= options.maxBodyBytes else {
            throw InwiseError(.protocol, "The webhook's body has \(body.count) bytes, more than \"max_body_bytes\" (\(options.maxBodyBytes)). It is none of the service's.", parameter: "max_body_bytes")
        }
        try self.init(trusted: body)
    }

    /// The type in the service's spelling.
    func trigger() throws(InwiseError) -> String {
        let quoted = UnsafeRawBufferPointer(rebasing: text.bytes[triggerRange])
        defer { withExtendedLifetime(text) {} }
        guard quoted.contains(ASCII.backslash) else { return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self) }
        return try JSON.object(parsing: "{\"type\":\(String(decoding: quoted, as: UTF8.self))}", as: "event").first?.value.string ?? ""
    }

    /// Reads a body from anybody, of no more bytes than the default.
    package init(_ body: UnsafeRawBufferPointer) throws(InwiseError) {
        if body.count > WebhookOptions.defaultMaxBodyBytes { try self.init(body, WebhookOptions()) } else { try self.init(trusted: body) }
    }

    /// Reads a body from a sender who has been looked at.
    @inline(__always)
    init(trusted body: UnsafeRawBufferPointer) throws(InwiseError) {
        let form = try WebhookForm(FormFields(body))
        guard form.text(.triggerType).count > 0 else {
            throw InwiseError(.protocol, "The webhook has no \"trigger_type\", so it is none of the service's. Hand over the body of its POST as it came.")
        }
        let (time, campaign, contact, row) = (form.time, form.campaign, form.contact, form.row)
        let text = ByteBuffer()
        let space = try text.space(for: WebhookWriter.room(for: form))
        var writer = WebhookWriter(form, to: space)
        let written = writer.write()
        text.wrote(written.count)
        (self.text, self.time, self.campaign, self.contact) = (text, time, campaign, contact)
        triggerRange = writer.triggerRange
        self.row = if let row, let range = written.row { (row.kind, row.identity, range) } else { nil }
    }
}
