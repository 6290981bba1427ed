// SPDX-License-Identifier: MIT

/// What went wrong: a code that programs branch on, a sentence that tells a person what to do, and the facts.
///
/// No error ever holds the API key or a row's contents.
public struct InwiseError: Error, Sendable, Equatable {
    /// The kinds of failure, numbered as `inwise_status` in `inwise.h`. New ones may come.
    public struct Code: Sendable, Hashable {
        /// The number in the C contract.
        public let rawValue: Int32
        init(_ rawValue: Int32) { self.rawValue = rawValue }

        /// An option, key or value that is not allowed; nothing was sent.
        public static let argument = Code(-1)
        /// HTTP 401 or 403.
        public static let auth = Code(-2)
        /// HTTP 404.
        public static let notFound = Code(-3)
        /// HTTP 429 after the retries, or a `Retry-After` beyond the deadline.
        public static let rateLimit = Code(-4)
        /// Any other HTTP answer that is not a success and not 5xx; redirects too.
        public static let http = Code(-5)
        /// HTTP 5xx after the retries.
        public static let server = Code(-6)
        /// No connection, a broken one, or TLS that can't be trusted.
        public static let network = Code(-7)
        /// The call's deadline passed.
        public static let timeout = Code(-8)
        /// The call was cancelled.
        public static let cancelled = Code(-9)
        /// The answer is not what the API describes.
        public static let `protocol` = Code(-10)
        /// The local database.
        public static let store = Code(-11)
        /// A closed handle.
        public static let closed = Code(-12)
        /// No memory for a result.
        public static let memory = Code(-13)
        /// A bug in this library.
        public static let `internal` = Code(-14)

        /// The name that error JSON carries, for example `rate_limit`.
        public var name: String { Self.names[rawValue] ?? "unknown" }

        private static let names: [Int32: String] = [
            -1: "argument", -2: "auth", -3: "not_found", -4: "rate_limit", -5: "http", -6: "server", -7: "network",
            -8: "timeout", -9: "cancelled", -10: "protocol", -11: "store", -12: "closed", -13: "memory",
            -14: "internal",
        ]
    }

    /// What kind of failure it is.
    public var code: Code
    /// One sentence or two: what happened, and what to do about it.
    public var message: String
    /// The HTTP status, where there was an answer.
    public var httpStatus: Int?
    /// How many requests were made for it, repeats included.
    public var attempts: Int?
    /// Seconds after which the service says to come back.
    public var retryAfter: Int?
    /// The method asked for, for example `activities`.
    public var method: String?
    /// The key or parameter at fault.
    public var parameter: String?
    /// A recent method was asked, and its rows may be gone though none came: the service may have done its part. Not in the
    /// error that hosts get; a mirror reads the days again.
    var mayHaveConsumed = false
    /// The deadline passed in a mirror, which another process may have been writing. Not in the error that hosts get.
    package var isOfMirror = false

    init(_ code: Code, _ message: String, httpStatus: Int? = nil, parameter: String? = nil) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
        self.parameter = parameter
    }

    package static func argument(_ parameter: String?, _ message: String) -> InwiseError {
        InwiseError(.argument, message, parameter: parameter)
    }

    /// The error as the C ABI hands it out.
    package var json: JSON {
        var members: [(String, JSON)] = [
            ("status", .string(code.name)), ("code", .integer(Int64(code.rawValue))), ("message", .string(message)),
        ]
        if let httpStatus { members.append(("http_status", .integer(Int64(httpStatus)))) }
        if let attempts { members.append(("attempts", .integer(Int64(attempts)))) }
        if let retryAfter { members.append(("retry_after", .integer(Int64(retryAfter)))) }
        if let method { members.append(("method", .string(method))) }
        if let parameter { members.append(("parameter", .string(parameter))) }
        return .object(members)
    }
}

extension InwiseError: CustomStringConvertible {
    public var description: String { "\(code.name): \(message)" }
}

// MARK: - For the C ABI

extension InwiseError {
    package static var noMemory: InwiseError { InwiseError(.memory, "No memory for a result.") }

    /// The error, with the method's name if it has none yet.
    package func naming(_ method: Method?) -> InwiseError {
        guard self.method == nil, let method else { return self }
        var error = self
        error.method = method.rawValue
        return error
    }

    /// The error, with how many requests were made for it if that isn't known yet.
    func after(attempts: Int) -> InwiseError {
        guard self.attempts == nil, attempts > 0 else { return self }
        var error = self
        error.attempts = attempts
        return error
    }
}
