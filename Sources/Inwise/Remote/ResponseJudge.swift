// SPDX-License-Identifier: MIT

internal import CCurl

/// Turns what a request came to into a success or an error that tells a person what to do.
struct ResponseJudge {
    let host: String
    /// To be found in no message, wherever it came from.
    let apiKey: String?
    let connectTimeoutSeconds: Double
    /// Whether a proxy may be on the way.
    let mayUseProxy: Bool

    struct Verdict {
        let error: InwiseError
        /// Whether the same request may do better.
        let isRepeatable: Bool
    }

    /// Nil for a success.
    func failure(_ response: Response, body: ByteBuffer, bodyProblem: InwiseError?) -> Verdict? {
        if let bodyProblem { return Verdict(error: bodyProblem, isRepeatable: false) }
        guard response.result == CURLE_OK else { return transportFailure(response) }
        guard !(200..<300).contains(response.status) else { return nil }
        return statusFailure(response, body)
    }

    // MARK: HTTP

    private func statusFailure(_ response: Response, _ body: ByteBuffer) -> Verdict {
        let status = response.status
        let said = words(body).map { " It says: \($0)" } ?? ""
        func verdict(_ code: InwiseError.Code, _ message: String, repeatable: Bool = false) -> Verdict {
            Verdict(error: InwiseError(code, message + said, httpStatus: status), isRepeatable: repeatable)
        }
        switch status {
        case 300..<400:
            let target = response.location.map { " to \(shown(String($0.prefix { $0 != "?" && $0 != "#" })))" } ?? ""
            return verdict(.http, "The service redirects\(target) (HTTP \(status)). Redirects are not followed, since the API key would go along: open the source with the URL that is meant.")
        case 401:
            guard apiKey != nil else {
                return verdict(.auth, "The service asks for an API key (HTTP 401), and none was given: name it in \"api_key\".")
            }
            return verdict(.auth, "The service does not accept the API key (HTTP 401). Check \"api_key\", and that the key has permission to use the REST API.")
        case 403:
            return verdict(.auth, "The service refuses this to the API key (HTTP 403). Check what the key is permitted to do in the inwise account.")
        case 404:
            return verdict(.notFound, "The service knows no such thing (HTTP 404). Check the base URL, \"paths\", and the ids that were asked for.")
        case 429:
            return verdict(.rateLimit, "The service takes no more requests for now (HTTP 429). Ask less often, or set \"requests_per_second\".", repeatable: true)
        case 500, 502, 503, 504:
            return verdict(.server, "The service failed (HTTP \(status)). Try again later; if it goes on, ask inwise.", repeatable: true)
        case 505...:
            return verdict(.server, "The service failed (HTTP \(status)). Try again later; if it goes on, ask inwise.")
        case 501:
            return verdict(.server, "The service does not do this (HTTP 501). Check the base URL and \"paths\".")
        default:
            return verdict(.http, "The service refused the request (HTTP \(status)). Check the query's values.")
        }
    }

    /// The service's own words in an error body, if it is a small object with a sentence in the usual place.
    private func words(_ body: ByteBuffer) -> String? {
        guard (2...2000).contains(body.count), body.bytes.first == UInt8(ascii: "{"), !body.bytes.contains(0) else { return nil }
        guard let members = try? JSON.object(parsing: body.text, as: "answer") else { return nil }
        for name in ["message", "error", "error_description", "detail", "title"] {
            if case .string(let sentence)? = members.first(where: { $0.name.lowercased() == name })?.value, !sentence.isEmpty {
                return shown(sentence)
            }
        }
        return nil
    }

    // MARK: Transport

    private func transportFailure(_ response: Response) -> Verdict {
        let problem = shown(response.problem)
        func verdict(_ code: InwiseError.Code, _ message: String, repeatable: Bool = false) -> Verdict {
            Verdict(error: InwiseError(code, message), isRepeatable: repeatable)
        }
        switch response.result {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CRL_BADFILE:
            return verdict(.network, "\(host) can't be trusted: its TLS certificate does not check (\(problem)). Check the host's name; if it has a certificate authority of its own, name it in \"ca_file\".")
        case CURLE_SSL_CACERT_BADFILE:
            return verdict(.argument, "The certificates in \"ca_file\" can't be read (\(problem)). It must be a readable PEM file.")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED:
            return verdict(.network, "No TLS connection to \(host) came about (\(problem)). Check that the port speaks https.")
        case CURLE_COULDNT_RESOLVE_HOST:
            return verdict(.network, "The host name \(host) is not known (\(problem)). Check the URL and this machine's DNS.", repeatable: true)
        case CURLE_COULDNT_RESOLVE_PROXY:
            return verdict(.network, "The proxy's host name is not known. Check \"proxy\" or the environment's proxy settings.", repeatable: true)
        case CURLE_COULDNT_CONNECT:
            let proxy = mayUseProxy ? ", or to the proxy on the way (\"proxy\", or the environment's)" : ""
            return verdict(.network, "No connection to \(host)\(proxy): \(problem). Check the URL, the network and any firewall.", repeatable: true)
        case CURLE_OPERATION_TIMEDOUT:
            return verdict(.network, "No connection to \(host) within \(connectTimeoutSeconds) seconds (\"connect_timeout_seconds\"). Check the network and any firewall.", repeatable: true)
        case CURLE_BAD_CONTENT_ENCODING:
            return verdict(.protocol, "The answer's compression is damaged (\(problem)). A proxy in between may be at fault.")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            return verdict(.protocol, "What answers at \(host) does not speak HTTP (\(problem)). Check the URL's port.")
        case CURLE_OUT_OF_MEMORY:
            return verdict(.memory, "No memory for a request.")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return verdict(.network, "The connection to \(host) broke before the answer was complete (\(problem)). Try again; if it goes on, look at the network or a proxy in between.", repeatable: true)
        default:
            return verdict(.network, "The request to \(host) failed (\(problem)). Check the URL and the network.")
        }
    }

    // MARK: Texts from outside

    /// Outside text as a message may show it: printable, short, without the key.
    private func shown(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(200) {
            kept.append(scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) ? " " : scalar)
        }
        let clean = String(kept)
        guard let apiKey, !apiKey.isEmpty else { return clean }
        // The cut may have halved the key: search before it.
        let spellings = [text, Self.percentDecoded(text)]
        return spellings.contains { $0.lowercased().contains(substring: apiKey.lowercased()) } ? "(a text with the API key in it)" : clean
    }

    private static func percentDecoded(_ text: String) -> String {
        guard let decoded = curl_easy_unescape(nil, text, 0, nil) else { return text }
        defer { curl_free(decoded) }
        return String(cString: decoded)
    }
}
