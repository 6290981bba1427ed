// SPDX-License-Identifier: MIT

extension InwiseClient {
    /// How a client behaves; what is nil has the library's default. A sandbox and a mirror heed `timeoutSeconds` and `pageSize`, and take the
    /// others, so that a program can change over by the URL alone.
    public struct Options: Sendable, Equatable {
        /// One deadline for a whole call: connecting, waiting, retries, reading; 0.001 to 86,400, by default 30. A cursor's step is a call.
        public var timeoutSeconds: Double?
        /// For each connection; 0.001 to 86,400, by default 10.
        public var connectTimeoutSeconds: Double?
        /// Repeats of a request, where a repeat is safe; 0 to 20, by default 4.
        public var maxRetries: Int?
        /// The longest pause before a repeat; 0 to 3,600, by default 60. A `Retry-After` beyond it ends the call with `.rateLimit`.
        public var maxRetryDelaySeconds: Double?
        /// Requests that a walk has in the air; 1 to 64, by default 4. 1 spends the fewest requests.
        public var pagesInFlight: Int?
        /// A limit for this client; 0.001 to 10,000, by default none.
        public var requestsPerSecond: Double?
        /// Rows that a walk asks for at a time; 1 to 1,000, by default 1,000.
        public var pageSize: Int?
        /// The number of the service's first page, 0 or 1; nil to notice it.
        public var pageBase: Int?
        /// `http://host:port`; empty for none; nil for what the environment names.
        public var proxy: String?
        /// Certificates to trust, a PEM file; nil for the system's.
        public var caFile: String?
        /// What the service is told of who asks; printable ASCII. By default the library's name and version.
        public var userAgent: String?
        /// The longest answer, counted after decompression; 1,024 to 2^30, by default 2^24.
        public var maxResponseBytes: Int?
        /// Whether the key may go in the clear to a host other than this machine; by default not.
        public var allowInsecure: Bool?
        /// Paths below the base, for example `[.recentSentEmails: "/campaigns/email/recentSent"]`.
        public var paths: [Method: String] = [:]
        /// The service's names for query keys, for example `["page_size": "rows"]`.
        public var parameterNames: [String: String] = [:]
        /// Of a mirror alone: the file must be there, and is never written; by default not.
        public var readOnly: Bool?
        /// Of a mirror alone: a clock that stands still, as `2024-09-20T12:00:00`; by default this machine's.
        public var now: String?

        /// Makes options; what is left out has its default.
        public init(
            timeoutSeconds: Double? = nil, connectTimeoutSeconds: Double? = nil, maxRetries: Int? = nil,
            maxRetryDelaySeconds: Double? = nil, pagesInFlight: Int? = nil, requestsPerSecond: Double? = nil,
            pageSize: Int? = nil, pageBase: Int? = nil, proxy: String? = nil, caFile: String? = nil, userAgent: String? = nil,
            maxResponseBytes: Int? = nil, allowInsecure: Bool? = nil, paths: [Method: String] = [:],
            parameterNames: [String: String] = [:], readOnly: Bool? = nil, now: String? = nil
        ) {
            self.timeoutSeconds = timeoutSeconds
            self.connectTimeoutSeconds = connectTimeoutSeconds
            self.maxRetries = maxRetries
            self.maxRetryDelaySeconds = maxRetryDelaySeconds
            self.pagesInFlight = pagesInFlight
            self.requestsPerSecond = requestsPerSecond
            self.pageSize = pageSize
            self.pageBase = pageBase
            self.proxy = proxy
            self.caFile = caFile
            self.userAgent = userAgent
            self.maxResponseBytes = maxResponseBytes
            self.allowInsecure = allowInsecure
            self.paths = paths
            self.parameterNames = parameterNames
            self.readOnly = readOnly
            self.now = now
        }
    }
}

extension InwiseClient.Options {
    /// As `inwise_open` takes them; what is nil is left out.
    func members(apiKey: String?) -> [(name: String, value: JSON)] {
        func object(_ values: [(String, String)]) -> JSON? {
            values.isEmpty ? nil : .object(values.map { (name: $0.0, value: .string($0.1)) })
        }
        let all: [(name: String, value: JSON?)] = [
            ("api_key", apiKey.map(JSON.string)),
            ("timeout_seconds", timeoutSeconds.map(JSON.real)),
            ("connect_timeout_seconds", connectTimeoutSeconds.map(JSON.real)),
            ("max_retries", maxRetries.map { .integer(Int64($0)) }),
            ("max_retry_delay_seconds", maxRetryDelaySeconds.map(JSON.real)),
            ("pages_in_flight", pagesInFlight.map { .integer(Int64($0)) }),
            ("requests_per_second", requestsPerSecond.map(JSON.real)),
            ("page_size", pageSize.map { .integer(Int64($0)) }),
            ("page_base", pageBase.map { .integer(Int64($0)) }),
            ("proxy", proxy.map(JSON.string)),
            ("ca_file", caFile.map(JSON.string)),
            ("user_agent", userAgent.map(JSON.string)),
            ("max_response_bytes", maxResponseBytes.map { .integer(Int64($0)) }),
            ("allow_insecure", allowInsecure.map(JSON.bool)),
            ("paths", object(paths.map { ($0.key.rawValue, $0.value) })),
            ("parameter_names", object(parameterNames.map { ($0.key, $0.value) })),
            ("read_only", readOnly.map(JSON.bool)),
            ("now", now.map(JSON.string)),
        ]
        return all.compactMap { member in member.value.map { (name: member.name, value: $0) } }
    }
}
