// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("The door of a receiver") struct WebhookDoorTests {
    private func door(looks: Bool = true, _ change: (inout WebhookOptions) -> Void = { _ in }) throws -> WebhookDoor {
        var options = WebhookOptions()
        change(&options)
        return try WebhookDoor(options, looksAtAddresses: looks)
    }

    private func letsIn(_ door: WebhookDoor, _ address: String, _ forwardedFor: String? = nil, _ url: String = "/") -> Bool {
        do throws(InwiseError) {
            try door.check(address: address, forwardedFor: forwardedFor, url: url)
            return true
        } catch {
            #expect(error.code == .auth)
            return false
        }
    }

    @Test("looks at each request's sender, and not at what the options say of one")
    func senders() throws {
        let plain = try door { $0.remoteAddress = "193.169.246.40" }
        #expect(letsIn(plain, "193.169.246.40") && letsIn(plain, "::ffff:193.169.247.40"))
        for address in ["10.0.0.1", "::1", "unknown", ""] { #expect(!letsIn(plain, address), "\(address)") }
        #expect(!letsIn(plain, "10.0.0.1", "193.169.246.40"))
        let proxied = try door { $0.trustedProxies = ["10.0.0.0/8"] }
        #expect(letsIn(proxied, "10.0.0.1", "193.169.246.40") && !letsIn(proxied, "10.0.0.1", "193.169.246.40, 1.2.3.4") && !letsIn(proxied, "10.0.0.1"))
        #expect(letsIn(try door(looks: false), "unknown"))
    }

    @Test("asks for the token besides")
    func tokens() throws {
        let secret = "0123456789abcdef"
        let both = try door { $0.token = secret }, token = try door(looks: false) { $0.token = secret }
        for (door, address, good) in [(both, "193.169.246.40", true), (both, "10.0.0.1", false), (token, "10.0.0.1", true)] {
            #expect(letsIn(door, address, nil, "/a?token=\(secret)") == good)
            for url in ["/", "/?token=", "/?token=\(secret)x", "/\(secret)"] { #expect(!letsIn(door, address, nil, url)) }
        }
    }

    @Test("refuses options that can't be")
    func options() {
        let wrong: [(String, (inout WebhookOptions) -> Void)] = [
            ("allow", { $0.allow = [] }), ("allow", { $0.allow = ["x"] }), ("trusted_proxies", { $0.trustedProxies = ["1.2.3.4/33"] }),
            ("token", { $0.token = "short" }), ("max_body_bytes", { $0.maxBodyBytes = 0 }),
        ]
        for (key, change) in wrong {
            let error = #expect(throws: InwiseError.self) { try door(change) }
            #expect(error?.parameter == key && error?.code == .argument)
        }
    }
}
