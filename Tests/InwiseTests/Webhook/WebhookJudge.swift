// SPDX-License-Identifier: MIT

@testable import Inwise

/// What must be true of every webhook, whatever its bytes.
enum WebhookJudge {
    struct Difference: Error, CustomStringConvertible { let description: String }

    /// Throws if the library reads a body otherwise than the model, or the event is not what a host can use.
    static func judge(_ body: [UInt8]) throws {
        let model = WebhookModel(body)
        let webhook: Webhook
        do {
            webhook = try exactly(body) { bytes throws(InwiseError) in try Webhook(bytes) }
        } catch {
            try expect(model.event == nil, "it is refused: \(error.message)", body)
            return try expect(error.code == .protocol, "an error other than protocol: \(error)", body)
        }
        let text = Array(webhook.text.bytes)
        guard let wanted = model.event else { throw Difference(description: "it is taken, in \(shown(body))") }
        try expect(text == wanted, "it is \(shown(text)), not \(shown(wanted))", body)
        try expect(text.count <= 12 * body.count + 2048, "\(text.count) bytes come of \(body.count)", body)
        try expect(Array(try webhook.trigger().utf8) == model.type, "it is about another type", body)
        let again = try exactly(body) { bytes throws(InwiseError) in try Webhook(bytes) }
        try expect(Array(again.text.bytes) == text, "read again it is another", body)
        try expect(Jansson(text)?.isObject == true, "jansson refuses the event", body)
        try expect(isJSON(text), "the library refuses its own event", body)
        guard let row = webhook.row else { return try expect(model.row == nil, "it has no row", body) }
        let rowText = Array(text[row.range])
        try expect(row.kind.rawValue == model.row?.kind && rowText == model.row?.text, "the row is \(row.kind) \(shown(rowText))", body)
        let funnel = Funnel()
        try ([0x5B] + rowText + [0x5D]).withUnsafeBytes { try funnel.add(row.kind, $0) }
        let page = try RowPage(RowText.buffer([0x5B] + rowText + [0x5D]), row.kind)
        try expect(page.count == 1, "a page of the row has \(page.count) rows", body)
    }

    /// Options and what they say of a sender: taken, or refused for a reason that is written down.
    static func judge(options: [UInt8]) throws {
        guard !options.contains(0) else { return }
        do {
            let text = options.map { CChar(bitPattern: $0) } + [0]
            try text.withUnsafeBufferPointer { text in try WebhookOptions(parsing: text.baseAddress).trust().check() }
        } catch let error as InwiseError {
            try expect(error.code == .argument || error.code == .auth, "an error other than argument and auth: \(error)", options)
        }
    }

    private static func isJSON(_ text: [UInt8]) -> Bool {
        text.withUnsafeBytes { bytes in
            do {
                var json = JSONScanner(bytes)
                try json.skipValue(inside: 0)
                try json.end()
                return true
            } catch {
                return false
            }
        }
    }

    /// From memory that ends with the bytes, so that AddressSanitizer sees one read behind them.
    private static func exactly<Value>(_ body: [UInt8], _ read: (UnsafeRawBufferPointer) throws(InwiseError) -> Value) throws(InwiseError) -> Value {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: body.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: body)
        return try read(UnsafeRawBufferPointer(memory))
    }

    private static func shown(_ text: [UInt8]) -> String { String(decoding: text.prefix(1500), as: UTF8.self) }

    private static func expect(_ condition: Bool, _ what: @autoclosure () -> String, _ body: [UInt8]) throws {
        guard condition else { throw Difference(description: "\(what()), in \(shown(body))") }
    }
}
