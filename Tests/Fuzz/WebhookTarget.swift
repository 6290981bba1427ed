// SPDX-License-Identifier: MIT

/// An input is the body of a webhook; or, behind a NUL, which no body has, the options that say who may send one.
enum WebhookTarget {
    static func run(_ input: [UInt8]) throws {
        if input.first == 0 { try WebhookJudge.judge(options: Array(input.dropFirst())) } else { try WebhookJudge.judge(input) }
    }
}
