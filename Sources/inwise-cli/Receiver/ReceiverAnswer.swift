// SPDX-License-Identifier: MIT

/// What is sent back to who posted a webhook.
struct ReceiverAnswer {
    let status: UInt32
    /// For a person.
    let text: String
    var headers: [(name: String, value: String)] = []

    static let new = ReceiverAnswer(status: 200, text: "new")
    static let repeated = ReceiverAnswer(status: 200, text: "repeated")
    static let healthy = ReceiverAnswer(status: 200, text: "ok")
    /// Anybody may ask, so it doesn't say where the mirror is.
    static let unwell = putOff("The mirror can't be written. The receiver's standard error says why.")
    static let notAllowed = ReceiverAnswer(status: 405, text: "Webhooks come by POST.", headers: [("Allow", "POST")])
    static let notFound = ReceiverAnswer(status: 404, text: "Webhooks are received at another path.")
    static let busy = putOff("Too many webhooks wait for the mirror. Send it again.", seconds: 1)
    static let stopping = putOff("The receiver is being stopped. Send it again.", seconds: 1)

    static func tooLarge(_ most: Int) -> ReceiverAnswer { ReceiverAnswer(status: 413, text: "A webhook may have \(most) bytes here.") }

    /// The service is to send it again.
    static func putOff(_ why: String, seconds: Int = 5) -> ReceiverAnswer {
        ReceiverAnswer(status: 503, text: why, headers: [("Retry-After", String(seconds))])
    }
}
