// SPDX-License-Identifier: MIT

internal import Inwise

/// Why a command ends early, what it says about it, and the status it ends with.
struct Failure: Error {
    var status: ExitStatus
    /// One line; nil to end quietly.
    var message: String?

    init(_ status: ExitStatus, _ message: String?) {
        self.status = status
        self.message = message
    }

    static let interrupted = Failure(.interrupted, nil)
    static let readerGone = Failure(.readerGone, nil)

    init(_ error: InwiseError) {
        guard error.code != .cancelled else {
            self = .interrupted
            return
        }
        var message = error.message
        if let key = error.parameter, let flag = Self.flags[key] { message += " (On the command line: \(flag).)" }
        // In a sync it was the mirror's own deadline, for which there is no flag.
        if error.isOfMirror, error.parameter == nil { message = "Another process has been writing the mirror for too long. Try again later." }
        // Another sync holds the mirror: the one such error that names this key.
        let isBusy = error.isOfMirror || (error.code == .store && error.parameter == "wait_seconds")
        self.init(isBusy ? .busy : Self.status(of: error.code), message)
    }

    /// The failure with a further sentence.
    func adding(_ sentence: String?) -> Failure {
        guard let sentence else { return self }
        return Failure(status, message.map { "\($0) \(sentence)" } ?? sentence)
    }

    private static func status(of code: InwiseError.Code) -> ExitStatus {
        switch code {
        case .argument: .usage
        case .auth: .permission
        case .notFound, .rateLimit, .http, .server, .network, .timeout: .unavailable
        case .protocol: .data
        case .store: .store
        default: .software
        }
    }

    /// The options that stand for the library's keys, so that its messages can be followed.
    private static let flags = [
        "url": "--url, or INWISE_URL", "api_key": "INWISE_API_KEY, or --api-key-file", "timeout_seconds": "--timeout",
        "pages_in_flight": "--in-flight", "page_size": "--page-size", "campaign_id": "--campaign",
        "contact_id": "--contact", "external_id": "--external-id", "date_from": "--from", "date_to": "--to",
        "action_type": "--type", "params": "--param", "page_base": "--page-base", "latency_ms": "--latency-ms",
        "fail_rate": "--fail-rate", "rate_limit": "--rate-limit", "drop_rate": "--drop-rate",
        "recent_drop_rate": "--recent-drop-rate", "late_rate": "--late-rate", "future_rate": "--future-rate",
        "campaign_ids": "--campaign", "methods": "--method", "overlap_seconds": "--overlap", "late_ages": "--late-age",
        "gap_reach_seconds": "--gap-reach", "max_seconds": "--max-seconds", "wait_seconds": "--wait", "consumer": "--consumer",
        "allow": "--allow", "trusted_proxies": "--trusted-proxy", "token": "INWISE_WEBHOOK_TOKEN, or --token-file",
        "max_body_bytes": "--max-body",
    ]
}
